/** The doc tags that the compiler reads; docs/design/0001-how-the-parts-meet.md lists them. */
import ts from "typescript";

/** The text behind `@tag` in the doc comment of a declaration; "" for a bare tag, undefined where it is absent. */
export function docTag(node: ts.Node, name: string): string | undefined {
  const owner = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  for (const tag of ts.getJSDocTags(owner)) {
    if (tag.tagName.text !== name) continue;
    // tsc parses `@template NAME` itself, as a type parameter.
    if (ts.isJSDocTemplateTag(tag)) return tag.typeParameters[0]?.name.text ?? "";
    return (ts.getTextOfJSDocComment(tag.comment) ?? "").trim();
  }
  return undefined;
}

/** Whether the head comment of the file has `@unsafe REASON`. */
export function isUnsafeFile(file: ts.SourceFile): boolean {
  const ranges = ts.getLeadingCommentRanges(file.text, 0) ?? [];
  return ranges.some((range) => /@unsafe\s+\S/.test(file.text.slice(range.pos, range.end)));
}
