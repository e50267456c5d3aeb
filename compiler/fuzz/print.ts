/** Writes a generated program as a module of the kernel dialect that exports `run`. */
import { hasConstructor } from "./ast.ts";
import type {
  ClassDecl,
  Expr,
  FieldDecl,
  FunctionDecl,
  GlobalDecl,
  Param,
  Program,
  Stmt,
  Type,
  TypeArgument,
} from "./ast.ts";

/** The module's text; the trace function comes from the fuzzer's runtime package. */
export function printProgram(p: Program): string {
  const parts = [
    'import { note } from "@fuzz/runtime";',
    ...p.enums.map((e) => {
      const members = e.members.map((m) => (m.written ? `${m.name} = ${String(m.value)}` : m.name));
      return `enum ${e.name} { ${members.join(", ")} }`;
    }),
    ...p.unions.map((u) => {
      const variants = u.variants.map(
        (v) => `{ kind: "${v.tag}"${v.fields.map((f) => `; ${printParam(f)}`).join("")} }`,
      );
      return `type ${u.name} = ${variants.join(" | ")};`;
    }),
    ...p.interfaces.map((i) => {
      const methods = i.methods.map(
        (m) => `  ${m.name}(${printParams(m.params)}): ${printType(m.result)};`,
      );
      return `interface ${i.name} {\n${methods.join("\n")}\n}`;
    }),
    ...p.classes.map(printClass),
    ...p.functions.map((f) => printFunction(f, "function ")),
    ...p.globals.map(printGlobal),
    printFunction(p.main, "export function "),
  ];
  return `${parts.join("\n")}\n`;
}

export function printType(t: Type): string {
  switch (t.kind) {
    case "int":
    case "param":
      return t.name;
    case "bool":
      return "boolean";
    case "void":
      return "void";
    case "enum":
    case "iface":
    case "union":
      return t.decl.name;
    case "class":
      return `${t.decl.name}${printTypeArguments(t.args)}${t.nullable ? " | null" : ""}`;
    case "array":
      return `FixedArray<${printType(t.of)}, ${String(t.count)}>`;
    case "slice":
      return `Slice<${printType(t.of)}>`;
    case "tuple":
      return `[${t.items.map(printType).join(", ")}]`;
    case "fn": {
      const arrow = `(${t.params.map((p, i) => `a${String(i)}: ${printType(p)}`).join(", ")}) => ${printType(t.result)}`;
      return t.plain ? `CFn<${arrow}>` : arrow;
    }
  }
}

function printTypeArguments(args: readonly TypeArgument[]): string {
  if (args.length === 0) return "";
  return `<${args.map((a) => (typeof a === "number" ? String(a) : printType(a))).join(", ")}>`;
}

const printParam = (p: Param): string => `${p.name}: ${printType(p.type)}`;
const printParams = (params: readonly Param[]): string => params.map(printParam).join(", ");
const printArgs = (args: readonly Expr[]): string => args.map(printExpr).join(", ");
const indent = (text: string): string => text.replace(/^(?=.)/gm, "  ");

function printFunction(f: FunctionDecl, prefix: string): string {
  const hint = f.hint === undefined ? "" : `/** @${f.hint} */\n`;
  const generics =
    f.generics.length === 0 ? "" : `<${f.generics.map((g) => `${g} extends number`).join(", ")}>`;
  const result = f.modifier === "set" ? "" : `: ${printType(f.result)}`;
  const head = `${hint}${prefix}${f.modifier === undefined ? "" : `${f.modifier} `}${f.name}${generics}(${printParams(f.params)})${result}`;
  return f.modifier === "abstract" ? `${head};` : `${head} ${printBlock(f.body)}`;
}

function printField(f: FieldDecl, prefix: string): string {
  const type = f.annotated || f.init === undefined ? `: ${printType(f.type)}` : "";
  const init =
    f.init === undefined
      ? ""
      : ` = ${f.init.op === "fixedArray" && f.annotated ? "fixedArray()" : printExpr(f.init)}`;
  return `${prefix}${f.name}${f.init === undefined ? "!" : ""}${type}${init};`;
}

function printClass(c: ClassDecl): string {
  const generics =
    c.generics.length === 0
      ? ""
      : `<${c.generics.map((g) => (g.number ? `${g.name} extends number` : g.name)).join(", ")}>`;
  const base = c.base === undefined ? "" : ` extends ${c.base.name}`;
  const all = [...c.implements.map((i) => i.name), ...(c.disposable ? ["Disposable"] : [])];
  const members = [
    ...c.statics.map((f) => printField(f, "static ")),
    ...c.fields.map((f) => printField(f, "")),
  ];
  if (hasConstructor(c)) {
    const params = c.params.map(
      (p) => `${p.property === "" ? "" : `${p.property} `}${printParam(p)}`,
    );
    const body = [
      ...(c.base === undefined ? [] : [`super(${printArgs(c.superArgs)});`]),
      ...c.constructorBody.map(printStmt),
    ];
    members.push(`constructor(${params.join(", ")}) {\n${indent(body.join("\n"))}\n}`);
  }
  members.push(...c.methods.map((m) => printFunction(m, "")));
  const heritage = `${base}${all.length === 0 ? "" : ` implements ${all.join(", ")}`}`;
  const head = `${c.abstract ? "abstract " : ""}class ${c.name}${generics}${heritage}`;
  return `${head} {\n${indent(members.join("\n"))}\n}`;
}

function printGlobal(g: GlobalDecl): string {
  return `${g.constant ? "const" : "let"} ${g.name}${g.annotated ? `: ${printType(g.type)}` : ""} = ${printExpr(g.init)};`;
}

function printBlock(body: readonly Stmt[]): string {
  return body.length === 0 ? "{}" : `{\n${indent(body.map(printStmt).join("\n"))}\n}`;
}

function printLet(s: Extract<Stmt, { op: "let" }>): string {
  const type = s.annotated ? `: ${printType(s.type)}` : "";
  return `${s.keyword} ${s.name}${type}${s.init === undefined ? "" : ` = ${printExpr(s.init)}`};`;
}

const labelled = (label: string | undefined): string => (label === undefined ? "" : `${label}: `);

export function printStmt(s: Stmt): string {
  switch (s.op) {
    case "let":
      return printLet(s);
    case "take":
      return `${s.keyword} [${s.names.map((n) => n ?? "").join(", ")}] = ${printExpr(s.value)};`;
    case "takeInto":
      return `[${printArgs(s.places)}] = ${printExpr(s.value)};`;
    case "expr":
      return `${printExpr(s.value)};`;
    case "note":
      return `note(u64(${printExpr(s.value)}));`;
    case "assert":
      return `assert(${printExpr(s.condition)}, "${s.message}");`;
    case "bytes":
      return `${s.name}(${printArgs([s.to, s.from])});`;
    case "block":
      return printBlock(s.body);
    case "if":
      return `if (${printExpr(s.condition)}) ${printBlock(s.then)}${s.else === undefined ? "" : ` else ${printBlock(s.else)}`}`;
    case "while":
      return `${labelled(s.label)}while (${printExpr(s.condition)}) ${printBlock(s.body)}`;
    case "do":
      return `${labelled(s.label)}do ${printBlock(s.body)} while (${printExpr(s.condition)});`;
    case "for":
      return `${labelled(s.label)}for (${printStmt(s.init)} ${printExpr(s.condition)}; ${printExpr(s.update)}) ${printBlock(s.body)}`;
    case "forOf":
      return `${labelled(s.label)}for (const ${s.name} of ${printExpr(s.list)}) ${printBlock(s.body)}`;
    case "switch":
      return `switch (${printExpr(s.subject)}) {\n${indent(s.arms.map(printArm).join("\n"))}\n}`;
    case "break":
    case "continue":
      return `${s.op}${s.label === undefined ? "" : ` ${s.label}`};`;
    case "return":
      return s.value === undefined ? "return;" : `return ${printExpr(s.value)};`;
  }
}

function printArm(arm: Extract<Stmt, { op: "switch" }>["arms"][number]): string {
  const heads = arm.labels.map((l) => `case ${typeof l === "string" ? `"${l}"` : printExpr(l)}:`);
  if (arm.isDefault) heads.push("default:");
  const body: readonly Stmt[] = leaves(arm.body)
    ? arm.body
    : [...arm.body, { op: "break", label: undefined }];
  return `${heads.join("\n")} ${printBlock(body)}`;
}

/** Whether the last statement jumps away, so that no `break` may follow. */
function leaves(body: readonly Stmt[]): boolean {
  const last = body.at(-1)?.op;
  return last === "return" || last === "break" || last === "continue";
}

function printLiteral(type: Type, value: bigint): string {
  const large = value > 0x1f_ffff_ffff_ffffn || value < -0x1f_ffff_ffff_ffffn;
  return large
    ? `${printType(type)}(${String(value)}n)`
    : value < 0n
      ? `(${String(value)})`
      : String(value);
}

/** Every compound expression in parentheses: precedence is tsc's business, not what is tested here. */
export function printExpr(e: Expr): string {
  switch (e.op) {
    case "lit":
      return printLiteral(e.type, e.value);
    case "bool":
      return String(e.value);
    case "constant":
      return e.text;
    case "tag":
      return `"${e.text}"`;
    case "null":
    case "this":
      return e.op;
    case "member":
      return `${e.decl.name}.${e.decl.members[e.index]?.name ?? ""}`;
    case "var":
      return e.name;
    case "unary":
      return `(${e.operator}${printExpr(e.operand)})`;
    case "binary":
    case "compare":
    case "logic":
      return `(${printExpr(e.left)} ${e.operator} ${printExpr(e.right)})`;
    case "coalesce":
      return `(${printExpr(e.left)} ?? ${printExpr(e.right)})`;
    case "cond":
      return `(${printExpr(e.condition)} ? ${printExpr(e.then)} : ${printExpr(e.else)})`;
    case "convert":
      return `${e.type.name}(${printExpr(e.operand)})`;
    case "wrap":
      return `${{ "+": "wrapAdd", "-": "wrapSub", "*": "wrapMul" }[e.operator]}(${printExpr(e.left)}, ${printExpr(e.right)})`;
    case "bits":
      return `${e.name}(${printArgs(e.count === undefined ? [e.operand] : [e.operand, e.count])})`;
    case "toFloat":
      return `f${String(e.bits)}(${printExpr(e.operand)})`;
    case "floatBinary":
      return `(${printExpr(e.left)} ${e.operator} ${printExpr(e.right)})`;
    case "fromFloat":
      return `${e.type.name}(${printExpr(e.operand)})`;
    case "atomic":
      return `${e.name}(${printExpr(e.place)}, ${printExpr(e.value)})`;
    case "orders": {
      const suffix = { 16: "s", 32: "l", 64: "ll" }[e.type.bits] ?? "";
      const bits = String(e.type.bits);
      return e.little
        ? `fromLe${bits}(toLe${bits}(${printExpr(e.operand)}))`
        : `ntoh${suffix}(hton${suffix}(${printExpr(e.operand)}))`;
    }
    case "comma":
      return `(${printExpr(e.left)}, ${printExpr(e.right)})`;
    case "likely":
      return `likely(${printExpr(e.operand)})`;
    case "enumOf":
      return `enumOf<${e.decl.name}>(${printExpr(e.operand)})`;
    case "assign":
      return `(${printExpr(e.place)} ${e.operator ?? ""}= ${printExpr(e.value)})`;
    case "step": {
      const step = e.operator + e.operator;
      return `(${e.prefix ? step : ""}${printExpr(e.place)}${e.prefix ? "" : step})`;
    }
    default:
      return printObjectExpr(e);
  }
}

type ObjectExpr = Exclude<
  Expr,
  {
    op:
      | "lit"
      | "bool"
      | "tag"
      | "constant"
      | "null"
      | "this"
      | "member"
      | "var"
      | "unary"
      | "binary"
      | "compare"
      | "logic"
      | "coalesce"
      | "cond"
      | "convert"
      | "wrap"
      | "bits"
      | "toFloat"
      | "floatBinary"
      | "fromFloat"
      | "atomic"
      | "orders"
      | "comma"
      | "likely"
      | "enumOf"
      | "assign"
      | "step";
  }
>;

function printObjectExpr(e: ObjectExpr): string {
  switch (e.op) {
    case "field":
    case "get":
      return `${printExpr(e.object)}.${e.name}`;
    case "set":
      return `(${printExpr(e.object)}.${e.name} = ${printExpr(e.value)})`;
    case "static":
      return `${e.decl.name}.${e.name}`;
    case "index":
      return `${printExpr(e.base)}[${printExpr(e.index)}]`;
    case "length":
      return `${printExpr(e.base)}.length`;
    case "slice":
      return `${printExpr(e.array)}.slice()`;
    case "sub":
      return `${printExpr(e.slice)}.sub(${printArgs(e.length === undefined ? [e.offset] : [e.offset, e.length])})`;
    case "call":
      // In parentheses, because tsc reads `a < f<u8>(b)` as the start of type arguments for `a`.
      if (e.written) return `(${e.fn.name}${printTypeArguments(e.types)}(${printArgs(e.args)}))`;
      return `${e.fn.name}(${printArgs(e.args)})`;
    case "callValue":
      return `${printExpr(e.fn)}(${printArgs(e.args)})`;
    case "method":
      return `${printExpr(e.object)}.${e.name}(${printArgs(e.args)})`;
    case "super":
      return `super.${e.name}(${printArgs(e.args)})`;
    case "new":
      return `new ${e.decl.name}${printTypeArguments(e.types)}(${printArgs(e.args)})`;
    case "fixedArray":
      if (e.type.kind !== "array") throw new Error("an array type");
      return `fixedArray<${printType(e.type.of)}, ${String(e.type.count)}>()`;
    case "sliceOf":
      return `sliceOf<${printType(e.type)}>(${printArgs(e.items)})`;
    case "function":
      return e.fn.name;
    case "closure": {
      const body = Array.isArray(e.body)
        ? printBlock(e.body as readonly Stmt[])
        : printExpr(e.body as Expr);
      return `(${printParams(e.params)}) => ${body}`;
    }
    case "tuple":
      return `[${printArgs(e.items)}]`;
    case "variant":
      return `{ kind: "${e.tag}"${e.fields.map((f) => `, ${f.name}: ${printExpr(f.value)}`).join("")} }`;
    case "nonNull":
      return `${printExpr(e.operand)}!`;
    case "valueOf":
      return `valueOf<${e.name}>()`;
  }
}
