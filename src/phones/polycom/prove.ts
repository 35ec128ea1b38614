import type { ProveScript } from "../prove.js";
import { itself, pageSteps } from "./prove-pages.js";
import { pushSteps } from "./prove-pushes.js";

/** What is not known of a Polycom's browser, pushes and lamps, as far as earshot does anything by it. */
export const prove: ProveScript = { steps: [...pageSteps, ...pushSteps], itself };
