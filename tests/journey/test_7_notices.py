"""お知らせ: turned on in settings, shown by the service worker, pressed; and said in words where it cannot be."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.journey.harness import Phone, Server
from tests.journey.people import JIRO, enter_by_link, join
from tests.push_service import Browser as PushHalf
from tests.push_service import Service

# No vendor's push service can be reached from here, so the browser's half of a subscription is given to the page;
# permission, worker, notification and server are the real ones.
SUBSCRIBED = """(() => {
  let held = null;
  const given = %s;
  PushManager.prototype.subscribe = async (options) => (held = {
    options: { applicationServerKey: options.applicationServerKey.buffer },
    toJSON: () => given,
    unsubscribe: async () => { held = null; return true; },
  });
  PushManager.prototype.getSubscription = async () => held;
})()"""
SWITCH = "お知らせを受け取る"
SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map(one => [one.title, one.body]);
}"""


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    made = Service()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def jiro(phones: Callable[..., Phone], server: Server) -> Phone:
    """見本 二郎, who has just joined; his browser has a worker."""
    made = phones()
    join(made, server.invite()["code"], JIRO)
    made.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return made


def _deliver(phone: Phone, data: str) -> None:
    """Hand a message to the worker as the browser does after opening what the push service sent."""
    cdp = phone.context.new_cdp_session(phone.page)
    found: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"] if not one["isDeleted"]),
    )
    cdp.send("ServiceWorker.enable")
    for _ in range(50):
        if found:
            break
        phone.page.wait_for_timeout(50)
    cdp.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": phone.server.origin, "registrationId": found[-1], "data": data},
    )
    cdp.detach()


def _shown(phone: Phone, count: int) -> list[list[str]]:
    until = time.monotonic() + 10
    while True:
        found: list[list[str]] = phone.page.evaluate(SHOWN)
        if len(found) >= count or time.monotonic() > until:
            return found
        phone.page.wait_for_timeout(50)


def test_without_the_vendors_service_it_is_said_in_words_and_stays_off(jiro: Phone, server: Server) -> None:
    jiro.context.grant_permissions(["notifications"], origin=server.origin)
    jiro.go("/settings")
    switch = jiro.page.get_by_role("switch", name=re.compile(SWITCH))
    jiro.sees("体のことも名前も出ません")
    said = jiro.page.get_by_text("ブラウザのお知らせサービスにつながりませんでした")
    with jiro.troubles.expecting("Push API in incognito"):
        switch.click()
        expect(said).to_be_visible(timeout=15_000)
    expect(switch).not_to_be_checked()

    # Other browsers without the service never answer at all.
    jiro.page.evaluate("void (PushManager.prototype.subscribe = () => new Promise(() => undefined))")
    switch.click()
    expect(said).to_have_count(0)
    expect(said).to_be_visible(timeout=15_000)
    expect(switch).not_to_be_checked()


def test_a_refused_permission_is_said_in_words(phones: Callable[..., Phone], server: Server) -> None:
    refusing = phones()
    refusing.context.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => 'denied' });"
        "Notification.requestPermission = async () => 'denied'"
    )
    enter_by_link(refusing, server.way("resident_rich"))
    refusing.go("/settings")
    refusing.sees("「通知」を許可してから")
    switch = refusing.page.get_by_role("switch", name=re.compile(SWITCH))
    switch.click()
    expect(refusing.page.get_by_role("alert").filter(has_text="「通知」を許可してから")).to_be_visible()
    expect(switch).not_to_be_checked()


@pytest.mark.feature("J04", "J05")
def test_an_answer_is_shown_on_the_phone_and_pressing_it_opens_the_inbox(
    jiro: Phone, phones: Callable[..., Phone], server: Server, service: Service
) -> None:
    half = PushHalf(service)
    jiro.context.add_init_script(SUBSCRIBED % json.dumps(half.subscription()))
    jiro.go("/settings")
    switch = jiro.page.get_by_role("switch", name=re.compile(SWITCH))
    switch.click()
    expect(switch).to_be_checked()
    jiro.go("/consultations")
    asked = jiro.page.evaluate(
        """() => fetch('/api/consultations', {
          method: 'POST', headers: { 'X-Meguri': '1', 'Content-Type': 'application/json' },
          body: JSON.stringify({ subject: '血圧', text: '薬を飲み忘れます。', client_id: 'notice-0001' }),
        }).then(answer => answer.json())"""
    )
    nurse = phones()
    enter_by_link(nurse, server.way("counsellor"))
    nurse.page.evaluate("fetch('/api/care/people').then(answer => answer.json())")

    def answer(name: str) -> str:
        before, until = len(service.heard), time.monotonic() + 10
        said = nurse.page.evaluate(
            """([thread, name]) => fetch(`/api/consultations/${thread}/messages`, {
              method: 'POST', headers: { 'X-Meguri': '1', 'Content-Type': 'application/json' },
              body: JSON.stringify({ text: '血圧の薬のことですね。', client_id: name }),
            }).then(answer => answer.status)""",
            [asked["id"], name],
        )
        assert said == 200
        while len(service.heard) <= before and time.monotonic() < until:
            time.sleep(0.05)
        return json.dumps(half.notices()[-1], ensure_ascii=False)

    jiro.go("/settings")
    sent = answer("answer-notice-1")
    _deliver(jiro, sent)
    assert _shown(jiro, 1) == [["めぐりからお知らせがあります", "開いてご覧ください。"]]

    # The hand on the notice: no protocol presses one, so its event is raised in the worker itself.
    (worker,) = jiro.context.service_workers
    worker.evaluate(
        """async () => {
          const [notification] = await self.registration.getNotifications();
          self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
        }"""
    )
    jiro.page.wait_for_url("**/consultations")
    jiro.sees("血圧")
    assert jiro.page.evaluate(SHOWN) == []

    # The push service has forgotten this browser: so does the server, and opening Meguri subscribes anew.
    service.status = 410
    assert answer("answer-notice-2")
    on = "fetch('/api/push/key').then(answer => answer.json()).then(found => found.is_on)"
    until = time.monotonic() + 20
    while jiro.page.evaluate(on) and time.monotonic() < until:
        jiro.page.wait_for_timeout(50)
    assert jiro.page.evaluate(on) is False
    service.status = 201
    jiro.go("/")
    jiro.sees("相談に返事が届いています")
    until = time.monotonic() + 30
    while not jiro.page.evaluate(on) and time.monotonic() < until:
        jiro.page.wait_for_timeout(100)
    assert jiro.page.evaluate(on) is True
    assert len(half.notices()) == 2
    assert json.loads(answer("answer-notice-3"))["web_push"] == 8030


def test_a_message_that_cannot_be_read_is_still_shown(jiro: Phone) -> None:
    jiro.page.evaluate(
        "navigator.serviceWorker.ready.then(r => r.getNotifications()).then(all => all.forEach(one => one.close()))"
    )
    # A worker that is just stopping loses a message given to it this way; a push service would send it again.
    for _ in range(4):
        _deliver(jiro, "no json")
        if shown := _shown(jiro, 1):
            break
    assert shown == [["めぐり", ""]]
