"""What the sign-in page says about single sign-on."""

TEXTS = {
    "sso.button": "单点登录",
    "sso.or": "或",
}
