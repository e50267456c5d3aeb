/**
 * Which unit gets what, and what units share. A package has a unit for its own code and, so that a new instance does not
 * make that one change, another for the instances of its generic functions. What only its own unit names is static.
 * Small instances are also given to the units that call them, for inlining only: builds do not optimise across units.
 */
import { forEachReference, forEachStatement } from "../ir/walk.ts";
import type { Function, Global, Program } from "../ir/ir.ts";
import { type VtableKey, vtableName } from "./context.ts";

/** What goes into one C file. */
export interface UnitPlan {
  readonly name: string;
  readonly package: string;
  readonly generic: boolean;
  readonly functions: Function[];
  /** Functions of other units, to be inlined. */
  readonly copies: Function[];
  readonly globals: Global[];
  readonly vtables: VtableKey[];
}

/** Which names cross the borders of units. */
export interface Ownership {
  /** Whether another unit than its own names this function, global or table. */
  isShared(id: string): boolean;
}

/** Plans all units, sorted by name; within a unit the order depends on nothing but the unit's own sources. */
export function planUnits(program: Program): { plans: UnitPlan[]; ownership: Ownership } {
  const plans = new Map<string, UnitPlan>();
  const owners = new Map<string, UnitPlan>();
  const planOf = (packageName: string, generic: boolean): UnitPlan => {
    const name = unitName(packageName, generic);
    let plan = plans.get(name);
    if (plan === undefined) {
      plan = {
        name,
        package: packageName,
        generic,
        functions: [],
        copies: [],
        globals: [],
        vtables: [],
      };
      plans.set(name, plan);
    }
    return plan;
  };
  for (const fn of program.functions.values()) {
    if (fn.body !== undefined) {
      const plan = planOf(fn.package, fn.generic);
      plan.functions.push(fn);
      owners.set(fn.id, plan);
    }
  }
  for (const global of program.globals.values()) {
    if (!global.external) {
      const plan = planOf(global.package, false);
      plan.globals.push(global);
      owners.set(global.id, plan);
    }
  }
  for (const { interface: interfaceId, struct } of program.implementations) {
    const key = { interface: interfaceId, struct };
    const plan = planOf(program.structs.get(struct)?.package ?? "", false);
    plan.vtables.push(key);
    owners.set(vtableName(key), plan);
  }
  for (const plan of plans.values()) {
    plan.copies.push(...findCopies(program, plan, owners));
  }
  const shared = findShared(program, [...plans.values()], owners);
  for (const plan of plans.values()) {
    plan.functions.sort(bySource);
    plan.globals.sort(bySource);
    plan.vtables.sort((a, b) => (vtableName(a) < vtableName(b) ? -1 : 1));
  }
  const sorted = [...plans.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { plans: sorted, ownership: { isShared: (id) => shared.has(id) } };
}

/** Statements of an instance that is copied. */
const SMALL = 24;

/** The small instances that the unit's functions call, and those that these call. */
function findCopies(
  program: Program,
  plan: UnitPlan,
  owners: ReadonlyMap<string, UnitPlan>,
): Function[] {
  const found = new Map<string, Function>();
  const work = [...plan.functions];
  for (let caller = work.pop(); caller !== undefined; caller = work.pop()) {
    forEachStatement(caller.body ?? [], (s) => {
      const fn = s.op === "call" ? program.functions.get(s.function) : undefined;
      if (fn !== undefined && !found.has(fn.id) && owners.get(fn.id) !== plan && isCopied(fn)) {
        found.set(fn.id, fn);
        work.push(fn);
      }
    });
  }
  return [...found.values()].sort(bySource);
}

function isCopied(fn: Function): boolean {
  let count = 0;
  forEachStatement(fn.body ?? [], () => {
    count += 1;
  });
  const plain = !fn.exported && fn.inline !== "never" && fn.result.kind !== "never";
  return fn.generic && fn.body !== undefined && plain && count <= SMALL;
}

function findShared(
  program: Program,
  plans: UnitPlan[],
  owners: ReadonlyMap<string, UnitPlan>,
): Set<string> {
  const shared = new Set<string>();
  for (const plan of plans) {
    const use = (id: string): void => {
      const owner = owners.get(id);
      if (owner !== undefined && owner !== plan) {
        shared.add(id);
      }
    };
    const visitor = {
      function: use,
      global: use,
      conversion: (interfaceId: string, struct: string): void => {
        use(vtableName({ interface: interfaceId, struct }));
      },
    };
    for (const item of [...plan.functions, ...plan.copies, ...plan.globals]) {
      forEachReference(item, visitor);
    }
    if (plan.functions.length > 0) {
      use(program.panics.bounds);
      use(program.panics.check);
    }
    for (const key of plan.vtables) {
      const implementation = program.implementations.find(
        (i) => i.interface === key.interface && i.struct === key.struct,
      );
      implementation?.functions.forEach(use);
    }
  }
  return shared;
}

/** `@typekraft/http` → `typekraft_http.c`; different packages give different names. */
function unitName(packageName: string, generic: boolean): string {
  const stem = packageName.replace(/^@/, "").replace(/[^A-Za-z0-9]/g, "_");
  return `${stem}${generic ? "_generic" : ""}.c`;
}

function bySource(a: Function | Global, b: Function | Global): number {
  if (a.location.file !== b.location.file) {
    return a.location.file < b.location.file ? -1 : 1;
  }
  return a.location.line - b.location.line || (a.id < b.id ? -1 : 1);
}
