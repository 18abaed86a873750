"""What can go wrong between a person and a case."""

from __future__ import annotations

from datetime import datetime

from lianshen.config import SHANGHAI
from lianshen.errors import LianshenError, UsageError


class Forbidden(LianshenError):
    """The principal may see the case but not do this to it now."""


class NotFound(LianshenError):
    """The case does not exist, or lies outside the principal's scope: the two look the same."""

    def __init__(self, what: str, kind: str = "案件") -> None:
        super().__init__(f"{what}：{kind}不存在，或不在您的管辖范围内")


class Conflict(LianshenError):
    """Somebody else changed the case in between; ``version`` is the one to look at now."""

    def __init__(
        self, case_no: str, version: int, state: str, by: str | None, action: str, at: datetime | None,
        kind: str = "案件",
    ) -> None:  # fmt: skip
        self.case_no, self.version, self.state, self.by, self.action, self.at = case_no, version, state, by, action, at
        when = at.astimezone(SHANGHAI).strftime("%m-%d %H:%M") if at else ""
        super().__init__(
            f"{kind} {case_no} 已被更新：{by or '系统'} {when} {action} → {state}。请查看最新内容后重新提交。"
        )


class Refused(UsageError):
    """What was entered is incomplete or impossible; the message names the field and what to do."""


class KeyReused(UsageError):
    """An idempotency key came with another request than before."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Idempotency-Key {key!r} 已用于另一请求；新的请求请使用新的值")


class KeyInUse(LianshenError):
    """The request of an idempotency key is being worked on; or it took effect and its answer was lost (``is_lost``)."""

    def __init__(self, key: str, *, is_lost: bool) -> None:
        self.key, self.is_lost = key, is_lost
        super().__init__(
            f"Idempotency-Key {key!r} 的请求已生效，但应答未能保存；请读取最新内容，勿重复提交"
            if is_lost
            else f"Idempotency-Key {key!r} 的请求正在处理；请稍后以同一值重试"
        )


class SignInFailed(LianshenError):
    """Wrong name or password, a disabled or a locked account; the message does not say which of the first three."""


class PasswordDue(SignInFailed):
    """The password is right, and has to be changed before it opens a session."""


class CasebookError(LianshenError):
    """The casebook itself cannot be used as it is."""
