"""Words of operation: what the sign-in page says about passwords, and what a page says that failed."""

TEXTS: dict[str, str] = {
    "login.new_password": "新密码（至少 10 位）",
    "login.new_again": "再次输入新密码",
    "broken.title": "这一页暂时打不开",
    "broken.hint": "读取数据时出错（{kind}，编号 {number}）。已保存的内容不受影响；"
    "请稍后重试，仍不行时把编号告诉系统管理员。",
    "broken.again": "重试",
    "login.differ": "两次输入的新密码不一致，请重新输入。",
}
