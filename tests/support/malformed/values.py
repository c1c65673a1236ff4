"""Keys and values that Hydra cannot carry, and keys that the planner owns."""

from __future__ import annotations

from support.malformed import case

P = "defaults: {params: {"

CASES = [
    case(P + "‸a.b: 1}}\n", "key-invalid", "defaults.params.a.b", "nest"),
    case(P + "x: {‸a.b: 1}}}\n", "key-invalid", "defaults.params.x.a.b", "nest"),
    case(P + "x: {‸a.b: {c: 1}}}}\n", "key-invalid", "defaults.params.x.a.b", "nest"),
    case(P + "‸db/sub: 1}}\n", "key-invalid", "defaults.params.db/sub", "choices"),
    case(P + "‸db@pkg: 1}}\n", "key-invalid", "defaults.params.db@pkg", "choices"),
    case(P + "‸'': 1}}\n", "key-invalid", "defaults.params.", "key"),
    case(P + "‸'a b': 1}}\n", "key-invalid", "defaults.params.a b"),
    case(P + "‸a=b: 1}}\n", "key-invalid", "defaults.params.a=b"),
    case(P + "‸+a: 1}}\n", "key-invalid", "defaults.params.+a"),
    case(P + "‸é: 1}}\n", "key-invalid", "defaults.params.é"),
    case(P + "‸-a: 1}}\n", "key-invalid", "defaults.params.-a"),
    case(P + "‸1a: 1}}\n", "key-invalid", "defaults.params.1a"),
    case(P + "‸'1': 1}}\n", "key-invalid", "defaults.params.1", "nest"),
    case(P + "x: {‸'01': 1}}}\n", "key-invalid", "defaults.params.x.01"),
    case(P + "‸$float: inf}}\n", "key-invalid", "defaults.params.$float"),
    case(P + "a: [{‸$float: inf}]}}\n", "key-invalid", "defaults.params.a[0].$float"),
    case(P + "hydra: {run: {‸dir: x}}}}\n", "key-reserved", "defaults.params.hydra.run.dir"),
    case(P + "hydra: {sweep: {‸subdir: x}}}}\n", "key-reserved", "defaults.params.hydra.sweep.subdir"),
    case(P + "hydra: {‸mode: MULTIRUN}}}\n", "key-reserved", "defaults.params.hydra.mode"),
    case(P + "‸hydra: 1}}\n", "key-reserved", "defaults.params.hydra"),
    case(P + 'a: ‸"x\\0"}}\n', "value-invalid", "defaults.params.a", message="NUL"),
    case(P + 'a: ‸"\\ud800"}}\n', "value-invalid", "defaults.params.a", message="surrogate"),
    case(P + "a: ‸'???'}}\n", "value-invalid", "defaults.params.a", message="???"),
    case(P + "a: [1, [‸'???']]}}\n", "value-invalid", "defaults.params.a[1][0]"),
    case(P + "a: ‸'${x'}}\n", "interpolation-invalid", "defaults.params.a", "\\${"),
    case(P + "a: ‸'${a b}'}}\n", "interpolation-invalid", "defaults.params.a"),
    case(P + "a: ‸'${}'}}\n", "interpolation-invalid", "defaults.params.a"),
    case(P + 'a: ‸"${f:\'x\'}${f:\\"y\\"}"}}\n', "interpolation-invalid", "defaults.params.a"),
    case(P + f"a: ‸0x1{'0' * 4000}}}}}\n", "value-invalid", "defaults.params.a", message="digits"),
    case(P + "a: [‸{'a\"': 1}]}}\n", "key-invalid", "defaults.params.a[0]"),
    case(P + "a: [‸{'': 1}]}}\n", "key-invalid", "defaults.params.a[0]"),
    case(P + "a: [‸{1: 1}]}}\n", "key-invalid", "defaults.params.a[0]", "quotes"),
    case(P + "a: [‸{'1': 1}]}}\n", "key-invalid", "defaults.params.a[0]"),
    case(P + "a: [‸{'null': 1}]}}\n", "key-invalid", "defaults.params.a[0]"),
    case(P + "a: " + "[" * 31 + "‸[1" + "]" * 32 + "}}\n", "value-invalid", "defaults.params.a" + "[0]" * 31),
    case(
        P + "".join("a: {" for _ in range(32)) + "a: ‸1" + "}" * 34 + "\n",
        "value-invalid",
        "defaults.params." + ".".join("a" * 33),
    ),
    case("defaults: {choices: ‸[m]}\n", "wrong-type", "defaults.choices"),
    case("defaults: {choices: {m: ‸null}}\n", "wrong-type", "defaults.choices.m", "quotes"),
    case("defaults: {choices: {m: ‸[]}}\n", "empty-list", "defaults.choices.m"),
    case("defaults: {choices: {m: ‸{a: 1}}}\n", "wrong-type", "defaults.choices.m"),
    case("defaults: {choices: {m: [a, ‸[b]]}}\n", "wrong-type", "defaults.choices.m[1]"),
    case("defaults: {choices: {m: ‸''}}\n", "empty-string", "defaults.choices.m"),
    case("defaults: {choices: {m: ‸' a'}}\n", "blanks-around", "defaults.choices.m"),
    case("defaults: {choices: {m: ‸'${a b}'}}\n", "interpolation-invalid", "defaults.choices.m"),
    case("defaults: {choices: {‸a.b: x}}\n", "key-invalid", "defaults.choices.a.b"),
    case("defaults: {choices: {‸1: x}}\n", "key-invalid", "defaults.choices.1"),
    case("defaults: {choices: {‸'m@-': x}}\n", "key-invalid", "defaults.choices.m@-"),
    case("defaults: {choices: {‸hydra: x}}\n", "key-reserved", "defaults.choices.hydra"),
    case("packs: {m: {name: m, param: ‸a..b, values: [1]}}\n", "key-invalid", "packs.m.param"),
    case("packs: {m: {name: m, param: ‸a/b, values: [1]}}\n", "key-invalid", "packs.m.param", "choices"),
    case("packs: {m: {name: m, param: ‸hydra.run.dir, values: [1]}}\n", "key-reserved", "packs.m.param"),
    case("packs: {m: {name: m, param: a, values: [‸'???']}}\n", "value-invalid", "packs.m.values[0]"),
    case(
        "packs: {m: {name: m, param: ‸a." + ".".join("b" * 40) + ", values: [1]}}\n", "value-invalid", "packs.m.param"
    ),
    case(
        "run_sets: {r: {append: {defaults: {params: {‸a.b: 1}}}}}\n",
        "key-invalid",
        "run_sets.r.append.defaults.params.a.b",
    ),
    case(
        "groups: {g: [{name: m, options: [{id: a, params: {a: ‸'???'}}]}]}\n",
        "value-invalid",
        "groups.g[0].options[0].params.a",
    ),
]
