/** Tests of the log's parts that can be seen without reading the console. */
import { sameBytes } from "@typekraft/format";
import { hex } from "./hex.ts";
import { debug, error, info, warn } from "./index.ts";

/** @test */
export function hexKeepsFourTexts(): void {
  const a = hex(0);
  const b = hex(u64(0xffff_ffff_ffff_ffffn));
  const c = hex(0x10);
  const d = hex(0xab);
  assert(sameBytes(bytes(a), "0x0"));
  assert(sameBytes(bytes(b), "0xffffffffffffffff"));
  assert(sameBytes(bytes(c), "0x10"));
  assert(sameBytes(bytes(d), "0xab"));
}

/** @test */
export function linesOfEveryLengthAreWritten(): void {
  const hundred =
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789";
  const h = hundred;
  log`${h}${h}${h}${h}${h}${h}${h}${h}${h}${h}${h}`;
  log``;
  log`${u64(0)} ${i32(-5)} ${true} ${"text"}`;
}

/** @test */
export function levelsAreStatements(): void {
  error`e ${u32(1)}`;
  warn`w ${u32(2)}`;
  info`i ${u32(3)}`;
  debug`d ${u32(4)}`;
}
