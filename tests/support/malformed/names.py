"""Names that lead nowhere, twice to the same, or in a circle."""

from __future__ import annotations

from support.malformed import Malformed, bare, case

A = "{id: a, params: {x: 1}}"
B = "{id: b, params: {x: 2}}"
M = f"packs: {{m: {{name: m, options: [{A}, {B}]}}}}\n"
CHOSEN = M + "select: {packs: [{ref: m}]}\n"

CASES = [
    # imports
    case("imports: [{path: ‸experiment.yaml}]\n", "import-cycle", "imports[0].path", "remove", "`experiment.yaml` ->"),
    case(
        "imports: [{path: lib.yaml}]\n",
        "import-cycle",
        "imports[0].path",
        message="`experiment.yaml` -> `lib.yaml` -> `experiment.yaml`",
        lib="imports: [{path: ‸experiment.yaml}]\n",
    ),
    case(
        "imports: [{path: lib.yaml, package: p}]\n",
        "import-cycle",
        "imports[0].path",
        message="`lib.yaml` as `q` -> `lib.yaml` as `q`",
        lib="imports: [{path: ‸x/../lib.yaml, package: q}]\n",
    ),
    Malformed(
        {
            "experiment.yaml": "command: {program: p}\nimports: [{path: f0.yaml}]\n",
            **{f"f{n}.yaml": f"imports: [{{path: {'‸' if n == 62 else ''}f{n + 1}.yaml}}]\n" for n in range(70)},
        },
        "import-chain-too-long",
        "imports[0].path",
        message="64",
    ),
    case(
        "imports: [{path: lib.yaml}]\npacks: {‸m: {name: m}}\n",
        "duplicate-definition",
        "packs.m",
        "rename",
        "in `lib.yaml` and in `experiment.yaml`",
        lib="packs: {m: {name: m}}\n",
    ),
    case(
        "imports: [{path: lib.yaml, package: p}]\npacks: {‸p.m: {name: m}}\n",
        "duplicate-definition",
        "packs.p.m",
        message="`p.m`",
        lib="packs: {m: {name: m}}\n",
    ),
    case(
        "imports: [{path: lib.yaml, package: p}]\ngroups: {‸g: []}\n",
        "duplicate-definition",
        "groups.g",
        lib="groups: {/g: []}\n",
    ),
    case(
        "imports: [{path: one.yaml}, {path: two.yaml}]\n",
        "duplicate-definition",
        "option_sets.s",
        message="in `one.yaml` and in `two.yaml`",
        one="option_sets: {s: []}\n",
        two="option_sets: {‸s: []}\n",
    ),
    # references
    case(M + "select: {packs: [{ref: ‸n}]}\n", "unknown-pack", "select.packs[0].ref", "the packs are `m`"),
    case(
        "packs: {model: {name: m}}\nselect: {packs: [{ref: ‸modle}]}\n",
        "unknown-pack",
        "select.packs[0].ref",
        "`model`",
    ),
    case("groups: {g: []}\nselect: {packs: [{ref: ‸g}]}\n", "unknown-pack", "select.packs[0].ref", "{group: g}"),
    case("option_sets: {s: []}\nselect: {packs: [{ref: ‸s}]}\n", "unknown-pack", "select.packs[0].ref", "options_from"),
    case("select: {groups: [‸g]}\n", "unknown-group", "select.groups[0]", "there are no groups"),
    case("groups: {preset: []}\nselect: {groups: [‸presets]}\n", "unknown-group", "select.groups[0]", "`preset`"),
    case(M + "select: {groups: [‸m]}\n", "unknown-group", "select.groups[0]", "{ref: m}"),
    case("groups: {g: [{group: ‸h}]}\nselect: {groups: [g]}\n", "unknown-group", "groups.g[0].group"),
    case(
        "select: {packs: [{name: m, options_from: [{ref: ‸s}]}]}\n",
        "unknown-option-set",
        "select.packs[0].options_from[0].ref",
        "there are no option sets",
    ),
    case(
        M + "select: {packs: [{name: n, options_from: [{ref: ‸m}]}]}\n",
        "unknown-option-set",
        "select.packs[0].options_from[0].ref",
        "is a pack",
    ),
    case(
        "imports: [{path: lib.yaml, package: p}]\n" + M + "select: {groups: [p.g]}\n",
        "unknown-pack",
        "groups.g[0].ref",
        "`/m`",
        lib="groups: {g: [{ref: ‸m}]}\n",
    ),
    case(
        "imports: [{path: lib.yaml, package: p}]\nselect: {packs: [{ref: ‸m}]}\n",
        "unknown-pack",
        "select.packs[0].ref",
        "`p.m`",
        lib=M,
    ),
    case(
        "imports: [{path: lib.yaml, package: p}]\nselect: {packs: [{ref: p.m}]}\n",
        "unknown-option-set",
        "packs.m.options_from[0].ref",
        lib="packs: {m: {name: m, options_from: [{ref: ‸s}]}}\n",
    ),
    case(
        "groups: {g: [{group: ‸g}]}\nselect: {groups: [g]}\n", "group-cycle", "groups.g[0].group", message="`g` -> `g`"
    ),
    case(
        "groups: {g: [{group: h}], h: [{group: ‸g}]}\nselect: {packs: [{group: g}]}\n",
        "group-cycle",
        "groups.h[0].group",
        message="`g` -> `h` -> `g`",
    ),
    case(
        "groups:\n"
        + "".join(f"  g{n}: [{{group: {'‸' if n == 63 else ''}g{n + 1}}}]\n" for n in range(70))
        + "  g70: []\nselect: {groups: [g0]}\n",
        "group-chain-too-long",
        "groups.g63[0].group",
    ),
    case(
        "groups:\n  g0: [{name: m, param: x, values: [1]}, {group: z}]\n  z: []\n"
        + "".join(f"  g{n}: [{'‸' if n == 2 else ''}{{group: g{n - 1}}}, {{group: g{n - 1}}}]\n" for n in range(1, 40))
        + "select: {groups: [g39]}\n",
        "too-many-selectors",
        "groups.g2[0]",
    ),
    # ids and names
    case(
        f"select: {{packs: [{{name: m, options: [{A}, ‸{{id: a, params: {{x: 2}}}}]}}]}}\n",
        "duplicate-option",
        "select.packs[0].options[1]",
        "rename",
        "line 2",
    ),
    case(
        f"select: {{packs: [{{name: m, options: [{A}, ‸{{id: a, params: {{x: 1.0}}}}]}}]}}\n",
        "duplicate-option",
        "select.packs[0].options[1]",
    ),
    case(
        f"select: {{packs: [{{name: m, options: [{A}, ‸{{id: a, params: {{x: true}}}}]}}]}}\n",
        "duplicate-option",
        "select.packs[0].options[1]",
    ),
    case(
        f"select: {{packs: [{{name: m, options: [{A}, ‸{{id: a, params: {{x: 1}}, tag: t}}]}}]}}\n",
        "duplicate-option",
        "select.packs[0].options[1]",
    ),
    case(
        "select: {packs: [{name: m, param: x, values: [1, ‸'1']}]}\n", "duplicate-option", "select.packs[0].values[1]"
    ),
    case(
        M + "select: {packs: [{ref: m, options: [‸{id: b, params: {}}], filter: {exclude_ids: [b]}}]}\n",
        "duplicate-option",
        "select.packs[0].options[0]",
    ),
    case(
        CHOSEN + "merge: {mode: merge}\ngroups: {}\nrun_sets: {r: {append: {select: {packs: [{name: m, "
        "options: [‸{id: a, params: {x: 3}}]}]}}}}\n",
        "duplicate-option",
        "run_sets.r.append.select.packs[0].options[0]",
        run_set="r",
    ),
    case(
        M + "select: {packs: [{ref: m}, {ref: ‸m}]}\nmerge: {mode: none}\n",
        "duplicate-pack",
        "select.packs[1].ref",
        "merge.mode",
    ),
    case(
        M
        + f"select: {{packs: [{{ref: m}}, {{ref: ‸m, replace_options: true, options: [{A}]}}]}}\n"
        + "merge: {mode: none}\n",
        "duplicate-pack",
        "select.packs[1].ref",
    ),
    case("select: {packs: [{name: ‸m}]}\n", "empty-pack", "select.packs[0].name"),
    case("select: {packs: [{name: ‸m, param: x, values: []}]}\n", "empty-pack", "select.packs[0].name"),
    case("select: {packs: [{name: ‸m, param: x, range: [3, 3]}]}\n", "empty-pack", "select.packs[0].name"),
    case(M + "select: {packs: [{ref: ‸m, replace_options: true}]}\n", "empty-pack", "select.packs[0].ref"),
    case(M + "select: {packs: [{ref: ‸m, filter: {exclude_ids: [a, b]}}]}\n", "empty-pack", "select.packs[0].ref"),
    case(
        M + "select: {packs: [{ref: m, filter: {include_ids: [‸c]}}]}\n",
        "unknown-option",
        "select.packs[0].filter.include_ids[0]",
        "`a`, `b`",
    ),
    case(
        M + "select: {packs: [{ref: m, filter: {include_ids: [a], exclude_ids: [‸c]}}]}\n",
        "unknown-option",
        "select.packs[0].filter.exclude_ids[0]",
    ),
    case(
        f"option_sets: {{s: [{A}]}}\nselect: {{packs: [{{name: m, options_from: [{{ref: s, include_ids: [‸A]}}]}}]}}\n",
        "unknown-option",
        "select.packs[0].options_from[0].include_ids[0]",
        "`a`",
    ),
    case(
        f"option_sets: {{s: [{A}]}}\nselect: {{packs: [{{name: m, options_from: [{{ref: s, exclude_ids: [‸z]}}]}}]}}\n",
        "unknown-option",
        "select.packs[0].options_from[0].exclude_ids[0]",
    ),
    # rules and strategies
    case(CHOSEN + "constraints: {exclude: [{when: {‸n: a}}]}\n", "unknown-pack", "constraints.exclude[0].when.n"),
    case(CHOSEN + "constraints: {include: [{when: {m: ‸c}}]}\n", "unknown-option", "constraints.include[0].when.m"),
    case(
        CHOSEN + "constraints: {include: [{when: {m: [a, ‸c]}}]}\n",
        "unknown-option",
        "constraints.include[0].when.m[1]",
        "`a`, `b`",
    ),
    case(
        M + "select: {packs: [{ref: m, filter: {include_ids: [a]}}]}\nconstraints: {exclude: [{when: {m: ‸b}}]}\n",
        "unknown-option",
        "constraints.exclude[0].when.m",
    ),
    case(CHOSEN + "merge: {strategies: {‸y: replace}}\n", "unknown-path", "merge.strategies.y"),
    case(CHOSEN + "merge: {strategies: {‸x.y: replace}}\n", "unknown-path", "merge.strategies.x.y", "`x`"),
    case(
        "defaults: {choices: {db: a}}\nmerge: {strategies: {‸db: replace}}\n",
        "unknown-path",
        "merge.strategies.db",
        "config group",
    ),
    case(
        "defaults: {params: {a: {b: 1}}}\nmerge: {strategies: {a: replace, ‸a.b: error}}\n",
        "nested-strategies",
        "merge.strategies.a.b",
        "deep_merge",
    ),
    case(
        "defaults: {params: {a: [‸x, __delete__]}}\n".replace("‸", "").replace("[x", "‸[x"),
        "sentinel-in-list",
        "defaults.params.a",
        "sentinel",
    ),
    case(
        "defaults: {params: {a: ‸[[{b: none}]]}}\nmerge: {delete_sentinel: none}\n",
        "sentinel-in-list",
        "defaults.params.a",
    ),
    case("defaults: {choices: {a: ‸[x, __delete__]}}\n", "sentinel-in-list", "defaults.choices.a"),
    case("defaults: {params: {db: ‸x}, choices: {db: y}}\n", "key-of-both", "defaults.params.db", "choices"),
    case(
        "select: {packs: [{name: m, options: [{id: a, params: {db: ‸1}}]}]}\ndefaults: {choices: {db: y}}\n",
        "key-of-both",
        "select.packs[0].options[0].params.db",
    ),
    bare(
        "command: {program: p, overrides: {prefixes: {‸db: ++}}}\ndefaults: {choices: {db: y}}\n",
        "choice-prefix",
        "command.overrides.prefixes.db",
    ),
    # run sets
    case("", "unknown-run-set", None, "there are no run sets", run_set="r"),
    bare("command: {program: p}\nrun_sets: {base: {}}\n", "unknown-run-set", None, "`base`", run_set="bsae"),
    case("run_sets: {r: {extends: [‸q]}}\n", "unknown-run-set", "run_sets.r.extends[0]", run_set="r"),
    case(
        "run_sets: {r: {extends: [‸r]}}\n", "run-set-cycle", "run_sets.r.extends[0]", message="`r` -> `r`", run_set="r"
    ),
    case(
        "run_sets: {r: {extends: [q]}, q: {extends: [‸r]}}\n",
        "run-set-cycle",
        "run_sets.q.extends[0]",
        message="`r` -> `q` -> `r`",
        run_set="r",
    ),
    case(
        CHOSEN + f"run_sets: {{r: {{patch_packs: {{‸n: {{name: n, options: [{A}]}}}}}}}}\n",
        "unknown-pack",
        "run_sets.r.patch_packs.n",
        run_set="r",
    ),
    case(
        CHOSEN + f"run_sets: {{r: {{patch_packs: {{m: ‸{{name: n, options: [{A}]}}}}}}}}\n",
        "patch-renames",
        "run_sets.r.patch_packs.m",
        "`m`",
        run_set="r",
    ),
    case(
        CHOSEN + "run_sets: {r: {patch_packs: {m: {ref: ‸n}}}}\n",
        "unknown-pack",
        "run_sets.r.patch_packs.m.ref",
        run_set="r",
    ),
    case(
        M + "select: {packs: [{ref: m}, {ref: m}]}\nrun_sets: {r: {patch_packs: {‸m: {ref: m}}}}\n",
        "patch-ambiguous",
        "run_sets.r.patch_packs.m",
        run_set="r",
    ),
    case(
        M + "groups: {g: [{ref: m}]}\nselect: {groups: [g]}\nrun_sets: {r: {patch_packs: {‸m: {ref: m}}}}\n",
        "unknown-pack",
        "run_sets.r.patch_packs.m",
        run_set="r",
    ),
    case(
        "run_sets: {r: {replace: {select: {groups: [‸g]}}}}\n",
        "unknown-group",
        "run_sets.r.replace.select.groups[0]",
        run_set="r",
    ),
]
