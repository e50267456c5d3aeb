/**
 * Removes what the program cannot reach: branches of constant conditions, statements behind a jump, and then every
 * function, global, struct, interface method and implementation that nothing live names.
 *
 * Roots are exported functions and globals and the panic functions. A method of a class is live through an interface only
 * where both a conversion of the class and a call of that method are.
 */
import type { Function, Global, Local, Program, Stmt, Type } from "../ir/ir.ts";
import {
  expressionsOf,
  forEachExpression,
  forEachReference,
  forEachStatement,
  resultOf,
} from "../ir/walk.ts";
import { foldStatements } from "./fold.ts";

/** Changes the program in place. */
export function removeDead(program: Program): void {
  for (const fn of program.functions.values()) {
    if (fn.body !== undefined) {
      fn.body = foldStatements(fn.body);
      fn.locals = usedLocals(fn);
    }
  }
  const live = new Reachability(program);
  live.run();
  live.sweep();
}

function usedLocals(fn: Function): Local[] {
  const used = new Set<string>();
  forEachStatement(fn.body ?? [], (s) => {
    const result = resultOf(s);
    if (result !== null) {
      used.add(result);
    }
    for (const e of expressionsOf(s)) {
      forEachExpression(e, (inner) => {
        if (inner.op === "local" || inner.op === "localAddress") {
          used.add(inner.local);
        }
      });
    }
  });
  return fn.locals.filter((local) => used.has(local.id));
}

// -- reachability --------------------------------------------------------------------------------------------------

class Reachability {
  private readonly program: Program;
  private readonly functions = new Set<string>();
  private readonly globals = new Set<string>();
  private readonly structs = new Set<string>();
  private readonly interfaces = new Set<string>();
  /** `interface struct` pairs that are converted, `interface method` pairs that are called. */
  private readonly conversions = new Set<string>();
  private readonly methods = new Set<string>();
  private readonly seenTypes = new Set<Type>();
  private readonly work: (Function | Global)[] = [];

  constructor(program: Program) {
    this.program = program;
  }

  run(): void {
    const { program } = this;
    for (const fn of program.functions.values()) {
      if (fn.exported) {
        this.function(fn.id);
      }
    }
    for (const global of program.globals.values()) {
      if (global.exported) {
        this.global(global.id);
      }
    }
    this.function(program.panics.bounds);
    this.function(program.panics.check);
    do {
      for (let item = this.work.pop(); item !== undefined; item = this.work.pop()) {
        this.visit(item);
      }
      this.implementations();
    } while (this.work.length > 0);
  }

  /** Removes what `run` did not reach. */
  sweep(): void {
    const { program } = this;
    retain(program.functions, this.functions);
    retain(program.globals, this.globals);
    retain(program.structs, this.structs);
    retain(program.interfaces, this.interfaces);
    const kept = program.implementations.filter((i) =>
      this.conversions.has(`${i.interface} ${i.struct}`),
    );
    program.implementations.splice(0, program.implementations.length);
    for (const i of kept) {
      const methods = program.interfaces.get(i.interface)?.methods ?? [];
      const functions = i.functions.filter((_, n) =>
        this.methods.has(`${i.interface} ${methods[n]?.name ?? ""}`),
      );
      program.implementations.push({ ...i, functions });
    }
    for (const [id, type] of program.interfaces) {
      const methods = type.methods.filter((method) => this.methods.has(`${id} ${method.name}`));
      program.interfaces.set(id, { ...type, methods });
    }
  }

  private visit(item: Function | Global): void {
    if ("type" in item) {
      this.type(item.type);
    } else {
      this.type(item.result);
      for (const local of [...item.params, ...item.locals]) {
        this.type(local.type);
      }
      this.typesInBody(item.body ?? []);
    }
    forEachReference(item, {
      function: (id) => {
        this.function(id);
      },
      global: (id) => {
        this.global(id);
      },
      conversion: (interfaceId, struct) => {
        this.conversions.add(`${interfaceId} ${struct}`);
        this.struct(struct);
      },
      method: (interfaceId, method) => {
        this.methods.add(`${interfaceId} ${method}`);
      },
    });
  }

  private typesInBody(body: readonly Stmt[]): void {
    forEachStatement(body, (s) => {
      if (s.op === "callInterface") {
        this.type({ kind: "interface", interface: s.interface });
      }
      for (const e of expressionsOf(s)) {
        forEachExpression(e, (inner) => {
          this.type(inner.type);
          if (inner.op === "fieldAddress" || inner.op === "member") {
            this.struct(inner.struct);
          }
        });
      }
    });
  }

  private implementations(): void {
    for (const i of this.program.implementations) {
      const methods = this.program.interfaces.get(i.interface)?.methods ?? [];
      if (this.conversions.has(`${i.interface} ${i.struct}`)) {
        i.functions.forEach((id, n) => {
          if (this.methods.has(`${i.interface} ${methods[n]?.name ?? ""}`)) {
            this.function(id);
          }
        });
      }
    }
  }

  private function(id: string): void {
    const fn = this.program.functions.get(id);
    if (fn !== undefined && !this.functions.has(id)) {
      this.functions.add(id);
      this.work.push(fn);
    }
  }

  private global(id: string): void {
    const global = this.program.globals.get(id);
    if (global !== undefined && !this.globals.has(id)) {
      this.globals.add(id);
      this.work.push(global);
    }
  }

  private struct(id: string): void {
    if (!this.structs.has(id)) {
      this.structs.add(id);
      for (const field of this.program.structs.get(id)?.fields ?? []) {
        this.type(field.type);
      }
    }
  }

  private type(type: Type): void {
    if (this.seenTypes.has(type)) {
      return;
    }
    this.seenTypes.add(type);
    switch (type.kind) {
      case "pointer":
        this.type(type.to);
        break;
      case "array":
      case "slice":
        this.type(type.element);
        break;
      case "struct":
        this.struct(type.struct);
        break;
      case "interface":
        this.interface(type.interface);
        break;
      case "function":
      case "closure":
        for (const part of [...type.params, type.result]) {
          this.type(part);
        }
        break;
      default:
    }
  }

  private interface(id: string): void {
    if (!this.interfaces.has(id)) {
      this.interfaces.add(id);
      for (const method of this.program.interfaces.get(id)?.methods ?? []) {
        for (const part of [...method.params, method.result]) {
          this.type(part);
        }
      }
    }
  }
}

function retain(map: Map<string, unknown>, live: ReadonlySet<string>): void {
  for (const id of [...map.keys()]) {
    if (!live.has(id)) {
      map.delete(id);
    }
  }
}
