/** Tests of SYN cookies: what is accepted, for how long, and that nothing else is. */
import { Random } from "@typekraft/netsim";
import { CookieInput, checkCookie, makeCookie } from "./cookie.ts";
import { SipKey } from "./siphash.ts";

const SECOND: u64 = 1_000_000_000;
const key = new SipKey();
const input = new CookieInput();
const random = new Random();

function setUp(): void {
  key.low = 0x1111;
  key.high = 0x2222;
  input.localAddress = 0x0a00_0001;
  input.localPort = 80;
  input.remoteAddress = 0x0a00_0002;
  input.remotePort = 5555;
  input.irs = 99;
}

/** @test */
export function bringsBackTheMss(): void {
  setUp();
  const cookie = makeCookie(key, input, 1460, 0);
  assert(checkCookie(key, input, cookie, 0) === 1460);
  assert(checkCookie(key, input, makeCookie(key, input, 1459, 0), 0) === 1440);
  assert(checkCookie(key, input, makeCookie(key, input, 9000, 0), 0) === 1460);
  assert(checkCookie(key, input, makeCookie(key, input, 64, 0), 0) === 216);
}

/** @test */
export function agesAndWrapsItsClock(): void {
  setUp();
  for (let minute: u64 = 0; minute < 100; minute++) {
    const now = minute * 64 * SECOND;
    const cookie = makeCookie(key, input, 1460, now);
    assert(checkCookie(key, input, cookie, now + 64 * SECOND) === 1460);
    assert(checkCookie(key, input, cookie, now + 128 * SECOND) === 0);
  }
}

/** @test */
export function belongsToOneConnection(): void {
  setUp();
  const cookie = makeCookie(key, input, 1460, 0);
  input.irs = 100;
  assert(checkCookie(key, input, cookie, 0) === 0);
  input.irs = 99;
  input.remotePort = 5556;
  assert(checkCookie(key, input, cookie, 0) === 0);
  input.remotePort = 5555;
  input.remoteAddress = 0x0a00_0003;
  assert(checkCookie(key, input, cookie, 0) === 0);
  input.remoteAddress = 0x0a00_0002;
  key.low = 0x1112;
  assert(checkCookie(key, input, cookie, 0) === 0);
}

/** @test */
export function cannotBeGuessed(): void {
  setUp();
  random.seed(5);
  let lucky = 0;
  for (let i = 0; i < 20_000; i++) {
    if (checkCookie(key, input, u32(random.next()), 0) !== 0) lucky++;
  }
  assert(lucky <= 1);
}
