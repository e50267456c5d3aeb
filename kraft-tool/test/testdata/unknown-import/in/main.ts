import { log } from "@typekraft/lgo";
export function main(): i32 {
  return 0;
}
