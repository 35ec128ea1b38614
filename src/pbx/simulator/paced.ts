import { type Paced, paceLimits } from "../../model/index.js";
import type { CallLife } from "./call-life.js";

/** Of the call centre alone: supervisions, leases and phones in somebody's hands keep real time. */
export function pacedBy(life: CallLife | undefined, seed: number): Paced {
  return {
    get pace() {
      return { speed: life?.speed ?? 1, seed };
    },
    setSpeed(speed) {
      if (life === undefined || !(speed >= paceLimits.least && speed <= paceLimits.most)) return false;
      life.pace(speed);
      return true;
    },
  };
}
