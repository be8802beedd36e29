"""Published risk scores and statistical position: coefficients as data, pure functions, no server."""
