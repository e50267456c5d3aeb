/** Tests of header parsing: options in every shape, and random bytes. */
import { Random } from "@typekraft/netsim";
import {
  ACK,
  DEFAULT_MSS,
  LEAST_MSS,
  NO_SCALE,
  SYN,
  Segment,
  emitSynOptions,
  parseSegment,
  synOptionBytes,
} from "./header.ts";

const buffer = fixedArray<u8, 128>();
const segment = new Segment();
const random = new Random();

/** A header with these flags and `optionBytes` of room, ports 1 and 2. */
function header(flags: u8, optionBytes: usize): Slice<u8> {
  const data = buffer.slice().sub(0, 20 + optionBytes);
  fillBytes(data, 0);
  data[1] = 1;
  data[3] = 2;
  data[12] = u8((5 + optionBytes / 4) << 4);
  data[13] = flags;
  return data;
}

function options(data: Slice<u8>, values: Slice<u8>): void {
  copyBytes(data.sub(20, values.length), values);
}

/** @test */
export function readsMssAndScale(): void {
  const data = header(SYN, synOptionBytes(7));
  emitSynOptions(data.sub(20), 1400, 7);
  assert(parseSegment(data, segment));
  assert(segment.remotePort === 1 && segment.localPort === 2);
  assert(segment.mss === 1400 && segment.scale === 7);
}

/** @test */
export function usesDefaultsWithoutOptions(): void {
  assert(parseSegment(header(SYN, 0), segment));
  assert(segment.mss === DEFAULT_MSS && segment.scale === NO_SCALE);
}

/** @test */
export function skipsWhatItDoesNotKnow(): void {
  const data = header(SYN, 16);
  options(data, sliceOf<u8>(8, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 4, 5, 180, 0));
  assert(parseSegment(data, segment) && segment.mss === 1460);
}

/** @test */
export function survivesBadOptionLengths(): void {
  let data = header(SYN, 4);
  options(data, sliceOf<u8>(2, 0, 5, 180));
  assert(parseSegment(data, segment) && segment.mss === DEFAULT_MSS);
  data = header(SYN, 4);
  options(data, sliceOf<u8>(2, 40, 5, 180));
  assert(parseSegment(data, segment) && segment.mss === DEFAULT_MSS);
  data = header(SYN, 4);
  options(data, sliceOf<u8>(1, 1, 1, 2));
  assert(parseSegment(data, segment) && segment.mss === DEFAULT_MSS);
  data = header(SYN, 4);
  options(data, sliceOf<u8>(2, 4, 0, 0));
  assert(parseSegment(data, segment) && segment.mss === LEAST_MSS);
  data = header(SYN, 4);
  options(data, sliceOf<u8>(3, 3, 200, 0));
  assert(parseSegment(data, segment) && segment.scale === 14);
}

/** @test */
export function refusesBadHeaders(): void {
  const data = header(ACK, 0);
  for (let length = 0; length < 20; length++) assert(!parseSegment(data.sub(0, length), segment));
  data[12] = 4 << 4;
  assert(!parseSegment(data, segment));
  data[12] = 6 << 4;
  assert(!parseSegment(data, segment));
  data[12] = 5 << 4;
  assert(parseSegment(data, segment) && segment.data.length === 0);
  data[1] = 0;
  assert(!parseSegment(data, segment));
}

/** @test */
export function survivesRandomBytes(): void {
  for (let seed: u64 = 1; seed < 20_000; seed++) {
    random.seed(seed);
    const data = buffer.slice().sub(0, random.below(129));
    random.fill(data);
    if (data.length > 13) data[13] |= SYN;
    if (parseSegment(data, segment)) assert(segment.data.length + 20 <= data.length);
  }
}
