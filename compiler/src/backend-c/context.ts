/**
 * What the emitters of one unit share: the program, the type table, and the record of every function, global, table and
 * helper that the unit's text names, from which the unit's declarations are made.
 */
import type {
  FunctionId,
  Function,
  Global,
  GlobalId,
  InterfaceId,
  Program,
  StructId,
} from "../ir/ir.ts";
import type { Checks } from "../driver/interface.ts";
import { Helpers } from "./helpers.ts";
import { shortName } from "./names.ts";
import { TypeTable } from "./types.ts";

/** A (struct, interface) pair. */
export interface VtableKey {
  readonly interface: InterfaceId;
  readonly struct: StructId;
}

export class UnitContext {
  readonly program: Program;
  readonly checks: Checks;
  readonly types: TypeTable;
  readonly helpers = new Helpers();
  readonly functions = new Set<FunctionId>();
  readonly globals = new Set<GlobalId>();
  readonly vtables = new Map<string, VtableKey>();
  /** Files of checks, in the order of their first; the index is part of the names of the failure functions. */
  readonly boundsFiles = new Map<string, number>();
  readonly checkFiles = new Map<string, number>();

  constructor(program: Program, checks: Checks) {
    this.program = program;
    this.checks = checks;
    this.types = new TypeTable(program);
  }

  /** The C name of a function, which the unit from now on declares. */
  useFunction(id: FunctionId): string {
    this.functions.add(id);
    return id;
  }

  functionOf(id: FunctionId): Function {
    const fn = this.program.functions.get(id);
    if (fn === undefined) {
      throw new Error(`the program has no function ${id}`);
    }
    return fn;
  }

  /** The C name of a global, which the unit from now on declares. */
  useGlobal(id: GlobalId): string {
    this.globals.add(id);
    return id;
  }

  globalOf(id: GlobalId): Global {
    const global = this.program.globals.get(id);
    if (global === undefined) {
      throw new Error(`the program has no global ${id}`);
    }
    return global;
  }

  /** The C name of the table of a struct's functions for an interface. */
  useVtable(key: VtableKey): string {
    const name = vtableName(key);
    this.vtables.set(name, key);
    return name;
  }

  /** The failure function for bounds checks of this file. */
  boundsFailure(file: string): string {
    this.useFunction(this.program.panics.bounds);
    return `tk_outside_${String(indexIn(this.boundsFiles, file))}`;
  }

  /** The failure function for other checks of this file. */
  checkFailure(file: string): string {
    this.useFunction(this.program.panics.check);
    return `tk_fail_${String(indexIn(this.checkFiles, file))}`;
  }
}

/** The C name of the table of a pair. */
export function vtableName(key: VtableKey): string {
  return shortName(`tk_table_${key.interface}_${key.struct}`);
}

function indexIn(files: Map<string, number>, file: string): number {
  let index = files.get(file);
  if (index === undefined) {
    index = files.size;
    files.set(file, index);
  }
  return index;
}
