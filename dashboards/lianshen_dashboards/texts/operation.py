"""Words of operation: what the sign-in page says about passwords."""

TEXTS: dict[str, str] = {
    "login.new_password": "新密码（至少 10 位）",
    "login.new_again": "再次输入新密码",
    "login.differ": "两次输入的新密码不一致，请重新输入。",
}
