"""Constraints, merging and run sets of the wrong shape."""

from __future__ import annotations

from support.malformed import case

INCLUDE = "constraints:\n  include: "
PREDICATE = "constraints:\n  predicates: ["
RUN_SET = "run_sets:\n  r: "

CASES = [
    case("constraints: ‸[]\n", "wrong-type", "constraints"),
    case("constraints: {‸includes: []}\n", "unknown-key", "constraints.includes", "`include`"),
    case(INCLUDE + "‸{}\n", "wrong-type", "constraints.include"),
    case(INCLUDE + "[‸{}]\n", "missing-key", "constraints.include[0]", "when"),
    case(INCLUDE + "[{when: ‸{}}]\n", "empty-when", "constraints.include[0].when"),
    case(INCLUDE + "[{when: ‸[m]}]\n", "wrong-type", "constraints.include[0].when"),
    case(INCLUDE + "[{when: {m: ‸[]}}]\n", "empty-list", "constraints.include[0].when.m"),
    case(INCLUDE + "[{when: {m: ‸null}}]\n", "wrong-type", "constraints.include[0].when.m"),
    case(INCLUDE + "[{when: {m: [a, ‸null]}}]\n", "wrong-type", "constraints.include[0].when.m[1]"),
    case(INCLUDE + "[{when: {m: ‸{a: b}}}]\n", "wrong-type", "constraints.include[0].when.m"),
    case(INCLUDE + "[{when: {m: [‸' a']}}]\n", "blanks-around", "constraints.include[0].when.m[0]"),
    case(INCLUDE + "[{when: {‸' m': a}}]\n", "blanks-around", "constraints.include[0].when. m"),
    case(PREDICATE + "‸x > 1]\n", "wrong-type", "constraints.predicates[0]"),
    case(PREDICATE + "‸{expr: 'a > 1'}]\n", "missing-key", "constraints.predicates[0]", "id"),
    case(PREDICATE + "‸{id: x}]\n", "missing-key", "constraints.predicates[0]", "expr"),
    case(PREDICATE + "{id: x, expr: ‸null}]\n", "wrong-type", "constraints.predicates[0].expr"),
    case(PREDICATE + "{id: x, expr: 'true', on_error: ‸true}]\n", "wrong-value", "constraints.predicates[0].on_error"),
    case(PREDICATE + "{id: x, expr: 'true', on_error: ‸fail}]\n", "wrong-value", "constraints.predicates[0].on_error"),
    case(PREDICATE + "{id: x, expr: 'true', ‸arg: {}}]\n", "unknown-key", "constraints.predicates[0].arg", "`args`"),
    case(PREDICATE + "{id: x, expr: $a, args: ‸[]}]\n", "wrong-type", "constraints.predicates[0].args"),
    case(PREDICATE + "{id: x, expr: $a, args: {a: ‸b.c}}]\n", "wrong-type", "constraints.predicates[0].args.a"),
    case(
        PREDICATE + "{id: x, expr: $a, args: {a: ‸{default: 1}}}]\n", "missing-key", "constraints.predicates[0].args.a"
    ),
    case(
        PREDICATE + "{id: x, expr: $a, args: {a: {param: b, ‸choice: c}}}]\n",
        "conflicting-keys",
        "constraints.predicates[0].args.a.choice",
    ),
    case(
        PREDICATE + "{id: x, expr: $a, args: {a: {param: ‸b..c}}}]\n",
        "bad-path",
        "constraints.predicates[0].args.a.param",
    ),
    case(
        PREDICATE + "{id: x, expr: $a, args: {a: {‸params: b, param: b}}}]\n",
        "unknown-key",
        "constraints.predicates[0].args.a.params",
        "`param`",
    ),
    case("merge: ‸none\n", "wrong-type", "merge"),
    case("merge: {mode: ‸mrege}\n", "wrong-value", "merge.mode", "`merge`"),
    case("merge: {mode: ‸null}\n", "wrong-type", "merge.mode"),
    case("merge: {delete_sentinel: ‸''}\n", "empty-string", "merge.delete_sentinel"),
    case("merge: {delete_sentinel: ‸null}\n", "wrong-type", "merge.delete_sentinel"),
    case("merge: {‸strategy: {}}\n", "unknown-key", "merge.strategy", "`strategies`"),
    case("merge: {strategies: ‸[a]}\n", "wrong-type", "merge.strategies"),
    case("merge: {strategies: {a: ‸deepmerge}}\n", "wrong-value", "merge.strategies.a", "`deep_merge`"),
    case("merge: {strategies: {‸a..b: error}}\n", "bad-path", "merge.strategies.a..b"),
    case("run_sets: ‸[]\n", "wrong-type", "run_sets"),
    case("run_sets: {‸a/b: {}}\n", "bad-name", "run_sets.a/b"),
    case("run_sets: {‸'a b': {}}\n", "bad-name", "run_sets.a b"),
    case("run_sets: {‸'': {}}\n", "empty-string", "run_sets."),
    case(RUN_SET + "‸x\n", "wrong-type", "run_sets.r"),
    case(RUN_SET + "{‸extend: []}\n", "unknown-key", "run_sets.r.extend", "`extends`"),
    case(RUN_SET + "{extends: ‸a}\n", "wrong-type", "run_sets.r.extends"),
    case(RUN_SET + "{append: ‸[]}\n", "wrong-type", "run_sets.r.append"),
    case(RUN_SET + "{append: {‸packs: {}}}\n", "unknown-key", "run_sets.r.append.packs"),
    case(RUN_SET + "{append: {‸command: {program: q}}}\n", "unknown-key", "run_sets.r.append.command"),
    case(RUN_SET + "{replace: {select: {packs: [‸m]}}}\n", "wrong-type", "run_sets.r.replace.select.packs[0]"),
    case(RUN_SET + "{replace: {merge: {mode: ‸x}}}\n", "wrong-value", "run_sets.r.replace.merge.mode"),
    case(RUN_SET + "{patch_packs: ‸[]}\n", "wrong-type", "run_sets.r.patch_packs"),
    case(RUN_SET + "{patch_packs: {m: ‸{group: g}}}\n", "wrong-type", "run_sets.r.patch_packs.m", "ref"),
    case(RUN_SET + "{patch_packs: {m: ‸null}}\n", "wrong-type", "run_sets.r.patch_packs.m"),
]
