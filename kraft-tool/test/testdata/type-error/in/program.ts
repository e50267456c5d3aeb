export function main(): i32 {
  const wide: u32 = 5;
  const narrow: u8 = wide;
  return narrow;
}
