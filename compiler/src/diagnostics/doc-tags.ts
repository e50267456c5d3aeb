/**
 * Reports doc tags that look like one of the compiler's but are spelt differently: they would be comments that silently
 * do nothing. Tags of other tools are nobody's business here.
 */
import ts from "typescript";
import type { DiagnosticSink } from "./sink.ts";
import { nearest } from "./suggest.ts";

/** The tags that the compiler reads on declarations; docs/design/0001-how-the-parts-meet.md says what they mean. */
const TAGS = [
  "bind",
  "extern",
  "export",
  "init",
  "lang",
  "template",
  "test",
  "noescape",
  "inline",
  "noinline",
] as const;

/** What TSDoc and JSDoc define and may be written beside them. */
const FOREIGN = new Set(
  (
    "abstract alias async author callback class constant constructor copyright default defaultValue deprecated " +
    "description enum event example exports extends external file fileoverview function generic global hideconstructor " +
    "ignore implements import inheritDoc inner instance interface internal kind label lends license link listens member " +
    "method mixin module name namespace override package packageDocumentation param private privateRemarks property " +
    "protected public readonly remarks requires returns return sealed see since static summary satisfies this throws " +
    "todo type typedef typeParam variation version virtual yields"
  ).split(" "),
);

/** Reports the misspelt tags of a module: on its declarations and their members, and in the head comment. */
export function checkDocTags(file: ts.SourceFile, sink: DiagnosticSink): void {
  checkHead(file, sink);
  for (const s of file.statements) {
    checkNode(s, sink);
    if (ts.isClassDeclaration(s)) for (const m of s.members) checkNode(m, sink);
  }
}

function checkNode(node: ts.Statement | ts.ClassElement, sink: DiagnosticSink): void {
  for (const tag of ts.getJSDocTags(node)) {
    const name = tag.tagName.text;
    if (FOREIGN.has(name) || (TAGS as readonly string[]).includes(name)) continue;
    const meant = nearest(name, TAGS);
    if (meant === undefined) continue;
    sink.error(node, "TK4006", `there is no doc tag @${name}; did you mean @${meant}?`);
  }
}

/** `@unsafe REASON` in the head comment. */
function checkHead(file: ts.SourceFile, sink: DiagnosticSink): void {
  for (const range of ts.getLeadingCommentRanges(file.text, 0) ?? []) {
    const comment = file.text.slice(range.pos, range.end);
    for (const found of comment.matchAll(/(?:^|[\s*])@([A-Za-z]+)([ \t]+\S)?/g)) {
      const [, name = "", reason] = found;
      const position = range.pos + found.index;
      if (name === "unsafe" && (reason === undefined || reason.endsWith("*"))) {
        sink.errorAt(file, position, "TK4006", "@unsafe needs a reason: `@unsafe REASON`");
      } else if (
        name !== "unsafe" &&
        !FOREIGN.has(name) &&
        nearest(name, ["unsafe"]) !== undefined
      ) {
        const text = `there is no doc tag @${name}; did you mean @unsafe?`;
        sink.errorAt(file, position, "TK4006", text);
      }
    }
  }
}
