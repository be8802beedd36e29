// Runs before the first paint: theme, type size and language, and asks for the words while the app loads.
(function () {
  var root = document.documentElement, words = __WORDS__, prefs = {};
  try { prefs = JSON.parse(localStorage.getItem("meguri.prefs") || "{}"); } catch (error) { prefs = {}; }
  var locale = words[prefs.locale] ? prefs.locale : /^ja/.test(navigator.language) ? "ja" : "en";
  root.lang = locale === "en" ? "en" : "ja";
  root.dataset.locale = locale;
  if (prefs.theme === "light" || prefs.theme === "dark") root.dataset.theme = prefs.theme;
  if (prefs.large) root.dataset.type = "large";
  var get = function (url) { return fetch(url).then(function (answer) { return answer.json(); }); };
  var boot = { locale: locale, first: get(words[locale].first) };
  if (prefs.inside) boot.rest = get(words[locale].rest);
  window.meguriBoot = boot;
})();
