"""Faults in the layers of a settlement: each breaks one thing, and only that."""

from __future__ import annotations

import duckdb

from lianshen.province.faults import FAULTS, LOOK_ALIKES
from lianshen.province.faults.known import CERTAINTY

LAYERS = ("ST-01", "ST-03", "ST-05", "ST-06", "ST-07", "ST-08", "ST-09")
OF_LAYERS = f"""
    SELECT * FROM planted WHERE rule_id IN {LAYERS}
    -- What is another rule's may be theirs too.
    AND NOT (
        kind = 'related' AND setl_id IN (SELECT o.setl_id FROM planted AS o WHERE o.rule_id NOT IN {LAYERS})
    )"""


def test_each_rule_has_two_kinds_of_fault_and_an_innocent_neighbour() -> None:
    for rule in LAYERS:
        assert sum(name == rule for name, _ in FAULTS) >= 2, rule
        assert sum(name == rule for name, _ in LOOK_ALIKES) >= 1, rule
        assert CERTAINTY[rule] == "definite"


def test_every_kind_is_planted_at_least_once(landed: duckdb.DuckDBPyConnection) -> None:
    notes = landed.execute(
        f"SELECT rule_id, COUNT(DISTINCT note) FROM ({OF_LAYERS}) WHERE kind = 'fault' GROUP BY rule_id"
    ).fetchall()
    assert dict(notes) == {rule: sum(name == rule for name, _ in FAULTS) for rule in LAYERS}


def test_their_headers_keep_every_identity(landed: duckdb.DuckDBPyConnection) -> None:
    broken = landed.execute(
        f"""
        WITH fund AS (
            SELECT setl_id, SUM(fund_payamt) FILTER (WHERE fund_pay_type NOT IN ('310200', '310300')) AS total
            FROM setl_fund_d GROUP BY setl_id
        )
        SELECT s.setl_id, p.note
        FROM setl_d AS s
        INNER JOIN ({OF_LAYERS}) AS p ON s.setl_id = p.setl_id
        INNER JOIN fund AS f ON s.setl_id = f.setl_id
        WHERE
            s.refd_setl_flag = '0'
            AND (
                s.medfee_sumamt <> s.fulamt_ownpay_amt + s.overlmt_selfpay + s.preselfpay_amt + s.inscp_amt
                OR s.fund_pay_sumamt <> s.hifp_pay + s.cvlserv_pay + s.hifes_pay + s.hifmi_pay + s.hifob_pay
                    + s.hifdm_pay + s.maf_pay + s.othfund_pay
                OR s.fund_pay_sumamt <> f.total
                OR s.medfee_sumamt <> s.fund_pay_sumamt + s.psn_pay
                OR s.psn_pay <> s.acct_pay + s.acct_mulaid_pay + s.cash_payamt
                OR LEAST(s.psn_pay, s.cash_payamt, s.acct_pay, s.maf_pay, s.hifmi_pay, s.preselfpay_amt) < 0
            )
        """
    ).fetchall()
    assert broken == []


def test_lines_add_up_to_the_header_except_where_st_01_says_that_they_do_not(landed: duckdb.DuckDBPyConnection) -> None:
    apart = landed.execute(
        """
        WITH line AS (
            SELECT setl_id, SUM(det_item_fee_sumamt) AS total, SUM(inscp_amt) AS scope FROM fee_list_d GROUP BY setl_id
        )
        SELECT s.setl_id FROM setl_d AS s INNER JOIN line AS l ON s.setl_id = l.setl_id
        WHERE s.refd_setl_flag = '0' AND (s.medfee_sumamt <> l.total OR s.inscp_amt <> l.scope)
        ORDER BY ALL
        """
    ).fetchall()
    planted = landed.execute(
        "SELECT setl_id FROM planted WHERE rule_id = 'ST-01' AND kind = 'fault' ORDER BY ALL"
    ).fetchall()
    assert apart == planted


def test_every_reversal_takes_back_one_settlement_in_full_except_where_st_09_says_otherwise(
    landed: duckdb.DuckDBPyConnection,
) -> None:
    odd = landed.execute(
        """
        WITH back AS (
            SELECT init_setl_id, COUNT(*) AS n, SUM(medfee_sumamt) AS total, SUM(fund_pay_sumamt) AS fund
            FROM setl_d WHERE refd_setl_flag = '1' GROUP BY init_setl_id
        )
        SELECT COALESCE(o.setl_id, 'nobody') FROM back AS b LEFT JOIN setl_d AS o ON b.init_setl_id = o.setl_id
        WHERE o.setl_id IS NULL OR b.n <> 1 OR b.total + o.medfee_sumamt <> 0 OR b.fund + o.fund_pay_sumamt <> 0
        ORDER BY ALL
        """
    ).fetchall()
    planted = landed.execute(
        "SELECT setl_id FROM planted WHERE note IN ('同一结算冲销两次', '冲销不完整') ORDER BY ALL"
    ).fetchall()
    unknown = landed.execute(
        "SELECT COUNT(DISTINCT group_id) FROM planted WHERE note = '冲销的原结算不存在'"
    ).fetchone()
    assert odd == sorted([*planted, *[("nobody",)] * (unknown or (0,))[0]])
