import { choice, list, map, matching, shaped, value, whole } from "./shapes.js";
import { name } from "./values.js";

const supervisors = whole("a whole number from 1 to 9", 1, 9);
const minutes = whole("a whole number of minutes from 1 to 1440, or 0 for no limit", 0, 1_440);
const hours = whole("a whole number of hours from 1 to 24", 1, 24);

const site = ["allowed", "forbidden"] as const;
/** What a team or a person forbids. `allowed` may be written and takes nothing back: the strictest wins. */
export const switches = {
  hidden: choice(site, "").optional(),
  supervision: choice(site, "").optional(),
};

const neverNumber = shaped(
  "a number such as `+44 20 7946 0958`, or the beginning of some, such as `+4420*`",
  matching(/^(?=.{1,64}$)(?=.*[0-9A-Za-z])[*#]{0,2}[0-9A-Za-z+()./ -]*[*#]?$/),
);
const never = map(
  {
    numbers: list(value("a number", neverNumber)),
    queues: list(value("a queue", name)),
    contexts: list(value("a context of the PBX's dialplan", name)),
  },
  "calls that are never supervised and never shown (`numbers`, `queues`, `contexts`)",
);

const hiddenMissing =
  "is missing, and earshot does not choose for you: `allowed` lets a supervisor listen without the agent being told, " +
  "`forbidden` means that the agent is always told; ask who answers for privacy and labour law at your site";

/** What `policy` holds. */
export const policyShape = map(
  {
    hidden: choice(site, hiddenMissing),
    supervision: choice(site, "").default("allowed"),
    digits: choice(site, "").default("forbidden"),
    pagesFrom: choice(["anywhere", "registered"], "").default("anywhere"),
    never: never.optional(),
    private: map(
      {
        limit: value("after how many minutes a private call is private no more, such as `15`", minutes).default(15),
      },
      "what holds for private calls (`limit`)",
    ).optional(),
    supervisorsPerCall: value("how many supervisors one call takes, such as `3`", supervisors).default(3),
    pin: choice(["required", "off"], "").optional(),
    shift: value("how many hours a shift has", hours).default(10),
  },
  "what the site allows",
);
