import { PlainServer } from "../http/index.js";
import type { Mac, Refusals } from "../model/index.js";
import { FirstContact, type PhoneFileServer } from "../provisioning/index.js";
import type { Joints, Running } from "./running.js";

/** The listener for phones that do not know the site's CA, where the site has one of its own. */
export async function startFirstContact(
  running: Running,
  { phones }: Pick<Joints, "phones">,
  files: PhoneFileServer,
  refusals: Refusals,
): Promise<void> {
  const { config, log, clock } = running.options;
  const first = config.provisioning?.firstContact;
  if (!first) return;
  const contact: FirstContact = new FirstContact({
    ...{ ca: first.ca, phones, log, clock },
    ...{ makes: files.makes, enrolments: files.enrolments, delays: files.delays, refusals },
    url: () => server.url,
    filesUrl: () => files.url,
    seen: (sight) => running.sightings.take(sight),
  });
  const server = new PlainServer({
    ...{ listen: first.listen, url: first.url, key: "provisioning.firstContact.listen", refusals },
    register: (app) => contact.register(app),
    refuse: (request, reply) => contact.refuse(request, reply),
  });
  await running.own(server).start();
  running.firstContact = contact;
}

/** Where a phone is sent that asks for its configuration; undefined where earshot serves none. */
export function whereFilesAre({
  files,
  firstContact,
}: {
  readonly files: Pick<PhoneFileServer, "url"> | undefined;
  readonly firstContact: Pick<FirstContact, "url" | "awaits"> | undefined;
}): ((mac: Mac | undefined) => string) | undefined {
  if (!files) return undefined;
  return (mac) => (mac !== undefined && firstContact?.awaits(mac) ? firstContact.url : files.url);
}
