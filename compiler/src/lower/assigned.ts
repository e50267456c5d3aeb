/** Which variables and parameters a function reassigns, closures within it included. */
import ts from "typescript";

const cache = new WeakMap<ts.Node, Set<ts.Node>>();

/** The declarations, by name within the function, that are targets of an assignment, `++` or `--`. */
export function assignedVariables(node: ts.Node): ReadonlySet<ts.Node> {
  const known = cache.get(node);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const declarations = new Map<string, ts.Node[]>();
  const visit = (n: ts.Node): void => {
    if (ts.isBinaryExpression(n) && isAssignment(n.operatorToken.kind)) collect(n.left, names);
    // Built-ins that change the place that is their first argument.
    if (ts.isCallExpression(n) && /^(asmOut|asmInOut|atomic\w+)$/.test(n.expression.getText())) {
      const [place] = n.arguments;
      if (place !== undefined) collect(place, names);
    }
    if (ts.isPrefixUnaryExpression(n) || ts.isPostfixUnaryExpression(n)) {
      if (
        n.operator === ts.SyntaxKind.PlusPlusToken ||
        n.operator === ts.SyntaxKind.MinusMinusToken
      ) {
        collect(n.operand, names);
      }
    }
    if (
      (ts.isParameter(n) || ts.isVariableDeclaration(n) || ts.isBindingElement(n)) &&
      ts.isIdentifier(n.name)
    ) {
      const list = declarations.get(n.name.text) ?? [];
      list.push(n);
      declarations.set(n.name.text, list);
    }
    ts.forEachChild(n, visit);
  };
  visit(node);
  const result = new Set([...names].flatMap((name) => declarations.get(name) ?? []));
  cache.set(node, result);
  return result;
}

function collect(target: ts.Expression, names: Set<string>): void {
  if (ts.isIdentifier(target)) names.add(target.text);
  else if (ts.isParenthesizedExpression(target)) collect(target.expression, names);
  else if (ts.isArrayLiteralExpression(target)) {
    for (const e of target.elements) collect(e, names);
  }
}

/** Names that closures within the function assign to: a call can change such a variable behind tsc's flow analysis. */
export function assignedInClosures(node: ts.Node): ReadonlySet<string> {
  const known = closures.get(node);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const visit = (n: ts.Node, inside: boolean): void => {
    if (inside && ts.isBinaryExpression(n) && isAssignment(n.operatorToken.kind))
      collect(n.left, names);
    const within = inside || (n !== node && (ts.isArrowFunction(n) || ts.isFunctionExpression(n)));
    ts.forEachChild(n, (child) => {
      visit(child, within);
    });
  };
  visit(node, false);
  closures.set(node, names);
  return names;
}

const closures = new WeakMap<ts.Node, Set<string>>();

/** Whether the token is `=` or a compound assignment. */
export function isAssignment(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}
