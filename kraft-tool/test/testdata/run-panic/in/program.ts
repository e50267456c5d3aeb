const table = fixedArray<u32, 4>();
function pick(i: usize): u32 {
  return table[i];
}
export function main(): i32 {
  log`pick ${pick(7)}`;
  return 0;
}
