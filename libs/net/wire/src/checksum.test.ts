/** Tests of the Internet checksum against the example of RFC 1071 and a word-by-word reference. */
import { Random } from "@typekraft/netsim";
import {
  checksumAdjust,
  checksumFinish,
  checksumIsValid,
  checksumPartial,
  checksumSum,
  pseudoHeaderSum,
} from "./checksum.ts";

const storage = fixedArray<u8, 1600>();

/** As RFC 1071 §4.1 has it, in network order. */
function reference(data: Slice<u8>): u16 {
  let sum: u32 = 0;
  for (let i = 0; i < data.length; i += 2) {
    const low: u8 = i + 1 < data.length ? data[i + 1] : 0;
    sum += (u32(data[i]) << 8) + u32(low);
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return u16(~sum);
}

/** @test */
export function exampleOfRfc1071(): void {
  const data = sliceOf<u8>(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
  assert(ntohs(checksumFinish(checksumSum(data, 0))) === 0x220d);
  assert(ntohs(checksumPartial(checksumSum(data, 0))) === 0xddf2);
}

/** @test */
export function nothingSumsToNothing(): void {
  assert(ntohs(checksumFinish(checksumSum(storage.slice().sub(0, 0), 0))) === 0xffff);
}

/** @test */
export function everyLengthAndAlignment(): void {
  const random = new Random();
  random.seed(1);
  const all = storage.slice();
  random.fill(all);
  for (let start = 0; start < 9; start++) {
    for (let length = 0; length < 300; length++) {
      const data = all.sub(start, length);
      assert(ntohs(checksumFinish(checksumSum(data, 0))) === reference(data));
    }
  }
}

/** @test */
export function carriesAreNotLost(): void {
  const all = storage.slice();
  fillBytes(all, 0xff);
  for (let length = 2; length <= 1600; length += 2) {
    const data = all.sub(0, length);
    assert(ntohs(checksumFinish(checksumSum(data, 0))) === reference(data));
    assert(checksumIsValid(checksumSum(data, 0)));
  }
}

/** @test */
export function piecesSumLikeTheWhole(): void {
  const random = new Random();
  random.seed(2);
  const all = storage.slice();
  random.fill(all);
  const whole = ntohs(checksumFinish(checksumSum(all, 0)));
  for (let cut = 0; cut <= 1600; cut += 2) {
    const sum = checksumSum(all.sub(cut), checksumSum(all.sub(0, cut), 0));
    assert(ntohs(checksumFinish(sum)) === whole);
  }
}

/** @test */
export function pseudoHeaderIsTheSumOfItsBytes(): void {
  const header = sliceOf<u8>(10, 0, 2, 15, 192, 168, 255, 254, 0, 17, 0x12, 0x35);
  const sum = pseudoHeaderSum(0x0a00_020f, 0xc0a8_fffe, 17, 0x1235);
  assert(ntohs(checksumFinish(sum)) === reference(header));
}

/** @test */
export function adjustingEqualsSummingAnew(): void {
  const random = new Random();
  random.seed(3);
  const data = storage.slice().sub(0, 40);
  const words = viewAs<be16>(data);
  for (let round = 0; round < 20000; round++) {
    random.fill(data);
    words[10] = htons(0);
    words[10] = checksumFinish(checksumSum(data, 0));
    const before = ntohs(words[3]);
    const after = u16(random.next());
    words[3] = htons(after);
    words[10] = checksumAdjust(words[10], before, after);
    assert(checksumIsValid(checksumSum(data, 0)));
  }
}
