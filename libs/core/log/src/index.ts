/**
 * The log. The global ``log`…` `` always prints; `error`, `warn`, `info` and `debug` print up to
 * the level that the build was configured with, and vanish from the image above it together with
 * the formatting of their values.
 *
 * A line is collected in one static buffer and handed to the console in one piece; a longer one
 * goes out in pieces. The values of a template are evaluated before its line begins, so that lines
 * never mix.
 */
import { config } from "@typekraft/config";
import { appendBytes, appendSigned, appendUnsigned, beginLine, endLine } from "./line.ts";

export { hex } from "./hex.ts";

declare module "@typekraft/config" {
  interface Config {
    /**
     * 0: only the global `log`, 1: and errors, 2: and warnings, 3: and information, 4: and
     * debugging details.
     */
    readonly LIB_LOG_LEVEL: u32;
  }
}

/**
 * Something failed, and a person should know.
 * @template beginError
 */
export declare function error(parts: TemplateStringsArray, ...values: TemplateValue[]): void;

/**
 * Something is wrong, but the program goes on as it should.
 * @template beginWarn
 */
export declare function warn(parts: TemplateStringsArray, ...values: TemplateValue[]): void;

/**
 * What a person who watches the program would like to know.
 * @template beginInfo
 */
export declare function info(parts: TemplateStringsArray, ...values: TemplateValue[]): void;

/**
 * What helps to find a fault.
 * @template beginDebug
 */
export declare function debug(parts: TemplateStringsArray, ...values: TemplateValue[]): void;

/**
 * Begins a line of the global `log`.
 * @lang logBegin
 */
export function logBegin(): boolean {
  beginLine("");
  return true;
}

/**
 * Begins a line of `error`; false where the build has none.
 * @inline
 */
export function beginError(): boolean {
  if (config.LIB_LOG_LEVEL < 1) return false;
  beginLine("error: ");
  return true;
}

/**
 * Begins a line of `warn`; false where the build has none.
 * @inline
 */
export function beginWarn(): boolean {
  if (config.LIB_LOG_LEVEL < 2) return false;
  beginLine("warning: ");
  return true;
}

/**
 * Begins a line of `info`; false where the build has none.
 * @inline
 */
export function beginInfo(): boolean {
  if (config.LIB_LOG_LEVEL < 3) return false;
  beginLine("");
  return true;
}

/**
 * Begins a line of `debug`; false where the build has none.
 * @inline
 */
export function beginDebug(): boolean {
  if (config.LIB_LOG_LEVEL < 4) return false;
  beginLine("debug: ");
  return true;
}

/** The literal parts of a template, and its text values. */
export function templateText(part: str): void {
  appendBytes(bytes(part));
}

/** A value of an unsigned type, in decimal. */
export function templateUnsigned(value: u64): void {
  appendUnsigned(value);
}

/** A value of a signed type, in decimal. */
export function templateSigned(value: i64): void {
  appendSigned(value);
}

/** `true` or `false`. */
export function templateBoolean(value: boolean): void {
  appendBytes(bytes(value ? "true" : "false"));
}

/** Ends the line and prints it. */
export function templateEnd(): void {
  endLine();
}
