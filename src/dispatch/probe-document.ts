import type { Phone, PushDocument } from "../model/index.js";
import type { ProbePush, Profile, VendorPush } from "../phones/index.js";

const noticeSeconds = 20;

/**
 * What a step of a walk sends; undefined where the model cannot show it. Its words are the admin's, in English, and say
 * nothing of anybody. `at` is the time of day; `url` gives the addresses of the launcher and of the page that is pushed.
 */
export async function probeDocument(
  {
    phone: { lampKey },
    profile,
    make,
  }: { readonly phone: Phone; readonly profile: Profile; readonly make: VendorPush },
  what: ProbePush,
  {
    at,
    url,
    priority,
  }: {
    readonly at: string;
    readonly url: (page: "home" | "pushed") => Promise<string | undefined>;
    readonly priority: string | undefined;
  },
): Promise<PushDocument | undefined> {
  switch (what.kind) {
    case "page": {
      const page = await url("pushed");
      return page === undefined ? undefined : make.page(page, profile, priority);
    }
    case "notice": {
      const own = await url("home");
      if (own === undefined) return undefined;
      const words = { title: "Probe", text: "This is a probe.", at, exit: "Exit", urgent: false };
      return make.notice({ ...words, inCall: what.inCall, seconds: noticeSeconds, url: own }, profile, priority);
    }
    case "lamp":
      return lampKey === undefined ? undefined : make.lamp({ ...what, supervisors: [] }, lampKey, profile);
    case "label":
      return lampKey === undefined ? undefined : make.label("Probe", lampKey, profile);
    default:
      return what satisfies never;
  }
}
