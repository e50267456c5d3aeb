/** `using x = …`: calls `x[Symbol.dispose]()` where the scope ends, on every path. */
import type ts from "typescript";
import { classInfo, findMember } from "../sema/classes.ts";
import * as T from "../sema/types.ts";
import type { Body } from "./body.ts";
import { callFunction } from "./call.ts";
import type { Lowerer } from "./lowerer.ts";
import { readPlace, upcast } from "./place.ts";

/** Adds the clean-up of a declared variable to the current scope. */
export function registerCleanup(l: Lowerer, body: Body, node: ts.VariableDeclaration): void {
  const variable = body.variables.get(node);
  const scope = body.scopes.at(-1);
  if (variable === undefined || scope === undefined) return;
  if (variable.ty.kind !== "class") {
    l.context.sink.fatal(
      node,
      "TK2006",
      `\`using\` needs an object whose class has [Symbol.dispose](), this is ${T.show(variable.ty)}`,
    );
  }
  const info = classInfo(l.context, variable.ty);
  const member = findMember(info, "[Symbol.dispose]");
  if (member?.kind !== "method") {
    l.context.sink.fatal(node, "TK2014", `${T.show(variable.ty)} has no [Symbol.dispose]()`);
  }
  const instance = l.function(member.declaration, member.owner.env, member.owner.type);
  scope.cleanups.push(() => {
    const place = variable.embedded
      ? {
          ty: variable.ty,
          address: {
            op: "localAddress" as const,
            type: { kind: "pointer" as const, to: variable.local.type },
            local: variable.local.id,
          },
          embedded: true,
          volatile: false,
        }
      : { ty: variable.ty, local: variable.local.id, embedded: false, volatile: false };
    callFunction(l, body, instance, [upcast(l, readPlace(l, place), info, member.owner)]);
  });
}
