"""Where people live and where they are treated: counties, pools and the pull of the big cities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from lianshen.province.arrow import Ints

# Pool, name, population in ten thousand, counties, how much more than the gravity model its people travel.
_POOLS = """
5101 成都市 2120 510104锦江区 510105青羊区 510106金牛区 510107武侯区 510108成华区 510181都江堰市
5103 自贡市 245 510302自流井区 510304大安区 510321荣县
5104 攀枝花市 121 510402东区 510403西区 510421米易县
5105 泸州市 426 510502江阳区 510521泸县 510525古蔺县
5106 德阳市 346 510603旌阳区 510681广汉市 510682什邡市
5107 绵阳市 489 510703涪城区 510704游仙区 510722三台县 510781江油市
5108 广元市 227 510802利州区 510821旺苍县 510824苍溪县
5109 遂宁市 278 510903船山区 510921蓬溪县 510981射洪市
5110 内江市 310 511002市中区 511011东兴区 511024威远县
5111 乐山市 315 511102市中区 511123犍为县 511181峨眉山市
5113 南充市 556 511302顺庆区 511303高坪区 511321南部县 511381阆中市
5114 眉山市 295 511402东坡区 511421仁寿县 511425青神县
5115 宜宾市 460 511502翠屏区 511503南溪区 511523江安县
5116 广安市 325 511602广安区 511621岳池县 511681华蓥市
5117 达州市 538 511702通川区 511722宣汉县 511724大竹县
5118 雅安市 143 511802雨城区 511803名山区 511823汉源县
5119 巴中市 268 511902巴州区 511921通江县 511923平昌县
5120 资阳市 229 512002雁江区 512021安岳县 512022乐至县
5132 阿坝州 82 513201马尔康市 513221汶川县 513233红原县
5133 甘孜州 110 513301康定市 513322泸定县 513328甘孜县
5134 凉山州 487 513401西昌市 513426会东县 513431昭觉县
5199 四川省本级 18 519900四川省本级
"""
_ABROAD = """
5001 重庆市 9 500103渝中区 500107九龙坡区 500112渝北区
5201 贵阳市 3 520102南明区 520103云岩区
5301 昆明市 3 530102五华区 530103盘龙区
5401 拉萨市 2 540102城关区
6101 西安市 2 610102新城区 610113雁塔区
6201 兰州市 2 620102城关区
4403 深圳市 2 440304福田区 440305南山区
3301 杭州市 1 330106西湖区
4201 武汉市 1 420106武昌区
1101 北京市 1 110105朝阳区
"""
_TRAVEL_MORE = {"5132": 3.0, "5133": 2.6, "5118": 2.0, "5120": 1.9, "5114": 1.9, "5101": 0.12, "5199": 1.2}
_PULL = {"5107": 6.0, "5113": 5.0, "5105": 5.0, "5106": 3.0, "5115": 3.0, "5111": 2.5, "5103": 2.0, "5117": 2.0}
PROVINCIAL_SHARE = 0.25
"""Share of Chengdu's remote inpatients that lie in hospitals of the provincial agency."""


@dataclass(frozen=True)
class Regions:
    """Pools 0…21 lie in the province (21 is 5199), the rest elsewhere; counties point to their pool."""

    pool_code: list[str]
    pool_name: list[str]
    county_code: list[str]
    county_name: list[str]
    county_pool: Ints
    counties_of: list[Ints]
    population: NDArray[np.float64]
    outflow: NDArray[np.float64]
    """(22,) weight of each pool as a source of remote patients."""
    flow: NDArray[np.float64]
    """(22, 22): where remote inpatients of a pool go; rows add up to 1, nobody goes home."""
    minutes: Ints
    """(22, 22) minutes by road."""

    @property
    def city_code(self) -> list[str]:
        """Agency code of each pool: four digits and 00."""
        return [f"{code}00" for code in self.pool_code]

    def pool(self, code: str) -> int:
        """Return the number of a pool by its four digits."""
        return self.pool_code.index(code)


HOME_POOLS = 22


def load_regions(travel: dict[tuple[str, str], int]) -> Regions:
    """Return the regions; ``travel`` are the minutes of ``knowledge/travel.csv`` by pair of pools."""
    pool_code: list[str] = []
    pool_name: list[str] = []
    population: list[float] = []
    county_code: list[str] = []
    county_name: list[str] = []
    county_pool: list[int] = []
    for line in (_POOLS.strip() + "\n" + _ABROAD.strip()).splitlines():
        code, name, inhabitants, *counties = line.split()
        for county in counties:
            county_code.append(county[:6])
            county_name.append(county[6:])
            county_pool.append(len(pool_code))
        pool_code.append(code)
        pool_name.append(name)
        population.append(float(inhabitants))
    pools = np.array(county_pool, dtype=np.int64)
    home = pool_code[:HOME_POOLS]
    minutes = np.array([[travel.get((a, b), 0) for b in home] for a in home], dtype=np.int64)
    pull = np.array([_PULL.get(code, 0.9) for code in home])
    pull[home.index("5101")] = 62.0 * (1 - PROVINCIAL_SHARE)
    pull[home.index("5199")] = 62.0 * PROVINCIAL_SHARE
    flow = pull[None, :] * np.exp(-np.maximum(minutes - 60, 0) / 400)
    np.fill_diagonal(flow, 0.0)
    # People of Chengdu who "travel" to a provincial hospital in their own city are not what a demo should show most.
    chengdu, provincial = home.index("5101"), home.index("5199")
    flow[chengdu, provincial] *= 0.15
    flow[provincial, chengdu] *= 0.5
    flow /= flow.sum(axis=1, keepdims=True)
    people = np.array(population)
    outflow = people[:HOME_POOLS] * np.array([_TRAVEL_MORE.get(code, 1.0) for code in home])
    return Regions(
        pool_code,
        pool_name,
        county_code,
        county_name,
        pools,
        [np.flatnonzero(pools == pool) for pool in range(len(pool_code))],
        people,
        outflow / outflow.sum(),
        flow,
        minutes,
    )


def admdvs_table(regions: Regions) -> pa.Table:
    """Return ``admdvs_b``: provinces, cities and counties."""
    rows: list[tuple[str, str, str | None, str]] = [("510000", "四川省", None, "5100")]
    rows += [(f"{code[:2]}0000", f"{name}（省级）", None, f"{code[:2]}00") for code, name in _provinces(regions)]
    for pool, (code, name) in enumerate(zip(regions.pool_code, regions.pool_name, strict=True)):
        rows.append((f"{code}00", name, f"{code[:2]}0000", code))
        rows += [
            (regions.county_code[c], regions.county_name[c], f"{code}00", code)
            for c in regions.counties_of[pool]
            if regions.county_code[c] != f"{code}00"
        ]
    columns = list(zip(*rows, strict=True))
    n = len(rows)
    return pa.table(
        {
            "admdvs": pa.array(columns[0], pa.string()),
            "name": pa.array(columns[1], pa.string()),
            "parent": pa.array(columns[2], pa.string()),
            "pool_code": pa.array(columns[3], pa.string()),
            "valid_from": pa.array([0] * n, pa.int32()).cast(pa.date32()),
            "valid_to": pa.nulls(n, pa.date32()),
        }
    )


def _provinces(regions: Regions) -> list[tuple[str, str]]:
    seen: dict[str, str] = {}
    for code, name in zip(regions.pool_code[HOME_POOLS:], regions.pool_name[HOME_POOLS:], strict=True):
        seen.setdefault(code[:2], name)
    return [(f"{two}01", name) for two, name in seen.items()]
