/** Tests of dates. */
import { TextWriter, sameBytes } from "@typekraft/format";
import { DATE_BYTES, currentDate, writeDate } from "./date.ts";

function expectDate(seconds: u64, expected: str): void {
  const storage = fixedArray<u8, 64>();
  const writer = new TextWriter(storage.slice());
  writeDate(seconds, writer);
  if (!sameBytes(writer.contents(), expected)) panic(expected);
}

/** @test */
export function writesTheExampleOfTheSpecification(): void {
  expectDate(784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT");
}

/** @test */
export function writesEdges(): void {
  expectDate(0, "Thu, 01 Jan 1970 00:00:00 GMT");
  expectDate(951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT");
  expectDate(951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT");
  expectDate(951_868_800, "Wed, 01 Mar 2000 00:00:00 GMT");
  expectDate(4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT");
  expectDate(4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT");
  expectDate(253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT");
}

/** @test */
export function theCurrentDateHasItsLength(): void {
  const date = currentDate();
  assert(date.length === DATE_BYTES && sameBytes(date.sub(26), "GMT"));
}
