import { randomBytes } from "node:crypto";
import { Control, type ControlParts, Desk, Digits, liveRows, RefusalLog, takeUp, Walks } from "../control/index.js";
import { HttpRecordingHook } from "../delivery/index.js";
import { description, descriptionPath } from "../discovery/index.js";
import { HelpCalls, SessionPages } from "../dispatch/index.js";
import { type BrowserDesk, PhoneServer, siteApi } from "../http/index.js";
import type { Mac, Phone, Refusals } from "../model/index.js";
import { phoneAccounts } from "../pbx/index.js";
import { PhoneFileServer, readMakes } from "../provisioning/index.js";
import { startFirstContact } from "./first-contact.js";
import { givenOnlyWhereRegistered, keepPage, makePlaces } from "./places.js";
import { keepGiven, startResyncs } from "./resyncing.js";
import { type Joints, type Running, StartError, type Telling } from "./running.js";
import { serverTls } from "./tls.js";

/** Whatever answers a phone or a browser: presses, digits, pages, the HTTP API and the desk. */
export async function makeServer(
  running: Running,
  joints: Joints,
  { dispatch, pushes, phoneTopics, lamps }: Telling,
  desk: BrowserDesk | undefined,
): Promise<PhoneServer> {
  const { config, log, clock, nextFreePort = false, version = "0" } = running.options;
  const { writer, policy, phones: real, pbx, audit, store, secrets, sheets, say } = joints;
  const phones = { get: (mac: Mac): Phone | undefined => desk?.phone(mac) ?? real.get(mac) };
  const recordings = recordingsOf(running);
  const control = running.own(
    new Control({
      ...{ writer, policy, pbx, audit, pins: store.pins, clock, log },
      newId: () => running.newId("deed"),
      delivery: dispatch.delivery.bind(dispatch),
      seen: dispatch.seen.bind(dispatch),
      ...(recordings && { recordings }),
    }),
  );
  control.start(takeUp({ writer, audit, clock }, await liveRows(audit, log), real));
  running.control = control;
  running.undoLater(
    real.follow((before, now) => {
      if (before && now?.owner !== before.owner) running.leaveFrom(before);
    }),
  );
  if (policy.digits === "allowed") running.own(new Digits({ control, writer, pbx, phones, clock, log })).start();
  const sessions = running.own(new SessionPages({ writer, policy, pushes, phones: real, say, clock }));
  sessions.start();
  running.own(new HelpCalls({ writer, policy, pushes })).start();
  const newId = (): string => running.newId("walk");
  const walks = running.own(
    new Walks({ ...{ writer, audit, clock, newId, pushes, phones: real }, ...(lamps && { lamps }) }),
  );
  walks.start();
  running.walks = walks;
  const publicUrl = (): string => running.publicUrl();
  const refusals = running.own(new RefusalLog({ log, clock }));
  const files = await fileServer(running, joints, refusals);
  startResyncs(running, joints);
  const places = makePlaces(running, joints);
  const tls = serverTls(running);
  if (files) await startFirstContact(running, joints, files, refusals);
  const books = { people: () => running.book(), phones: () => running.phonesBook() };
  const api = siteApi({ ...books, tokens: store.apiTokens, log, version, publicUrl });
  running.server = running.own(
    new PhoneServer({
      ...{ listen: config.http.listen, publicUrl: config.http.publicUrl, ...(tls && { tls }) },
      ...{ nextFreePort, sheets, signingKey: secrets.pressKey.export(), log, clock, refusals },
      say: (mac, screen) => say(mac && phones.get(mac)?.owner, screen),
      desk: new Desk({ writer, policy, control, phones, clock, say }),
      tokens: { macOf: (token) => store.phoneByToken(token) ?? desk?.macOf(token) },
      phones: phones.get,
      told: (mac, what) => {
        if (what === "registered") {
          pushes.restore(mac);
          void places.refresh();
        } else writer.take({ type: "phone-mute-told", phone: mac, muted: what === "mute" });
      },
      probe: walks.page.bind(walks),
      ...(policy.pagesFrom === "registered" && { places: givenOnlyWhereRegistered(places) }),
      shown: (mac, page, step) => {
        sessions.shown(mac, page, step);
        phoneTopics.heard(mac);
        keepPage(joints, mac, clock.now());
      },
      beside: async (app) => {
        await api(app);
        await desk?.register(app);
        files?.register(app);
        if (config.discovery?.interfaces.some(({ ssdp }) => ssdp === "answer")) {
          app.get(descriptionPath, (_, reply) =>
            reply.type("text/xml").send(description({ gateway: config.gateway, publicUrl: publicUrl(), version })),
          );
        }
      },
    }),
  );
  return running.server;
}

/** The files that phones fetch, where the site wants earshot to give them. */
async function fileServer(
  running: Running,
  { writer, phones, sheets, secrets, store }: Joints,
  refusals: Refusals,
): Promise<PhoneFileServer | undefined> {
  const { config, log, clock } = running.options;
  if (config.provisioning?.serve !== true) return undefined;
  const read = await readMakes(config.provisioning.folder);
  if (!read.ok) throw new StartError(read.problems.join("\n"));
  running.files = new PhoneFileServer({
    ...{ config, phones, log, refusals, clock, makes: read.makes, known: sheets.known(), key: randomBytes(32) },
    person: (id) => writer.state.people.get(id),
    password: secrets.accountPassword,
    accounts: phoneAccounts,
    seen: (sight) => running.sightings.take(sight),
    given: keepGiven(store.phoneStates, secrets, clock),
    publicUrl: () => running.publicUrl(),
    launcher: async (mac) => {
      const token = await store.tokenOf(mac);
      return token && running.server?.launcherUrl(token);
    },
  });
  const { enrolments } = running.files;
  running.undoLater(
    phones.follow((before, now) => {
      if (before && now?.owner !== before.owner) enrolments.close(before.mac);
    }),
  );
  return running.files;
}

function recordingsOf(running: Running): ControlParts["recordings"] {
  const { recording } = running.options.config;
  if (!recording) return undefined;
  const hook = recording.hook && running.own(new HttpRecordingHook(recording.hook));
  return { ofPbx: recording.ofPbx, ...(hook && { hook }) };
}
