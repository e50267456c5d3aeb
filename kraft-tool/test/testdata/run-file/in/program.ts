export function main(): i32 {
  log`six times seven is ${u32(42)}`;
  return 42;
}
