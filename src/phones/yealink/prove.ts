import type { ProveScript } from "../prove.js";
import { inputSteps } from "./prove-inputs.js";
import { pageSteps } from "./prove-pages.js";
import { pushSteps } from "./prove-pushes.js";
import { requestSteps } from "./prove-requests.js";

/** What is not known of a Yealink's XML browser, as far as earshot does anything by it. */
export const prove: ProveScript = {
  steps: [...pageSteps, ...inputSteps, ...requestSteps, ...pushSteps],
  // A T56A and its like leave out the colons of the MAC address, some leave out the address.
  itself: (agent) => {
    const [, model, firmware] =
      /^yealink\s+(?:SIP(?: VP)?-)?([A-Z0-9]{2,12})\s+(\d[\d.]{2,30})(?:\s+[0-9a-f:]{12,17})?$/i.exec(agent) ?? [];
    return model === undefined || firmware === undefined ? undefined : { model: model.toUpperCase(), firmware };
  },
};
