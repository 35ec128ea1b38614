export { branchUnit } from "./branch-unit.js";
export { BusFeed, type BusFeedParts } from "./bus-feed.js";
export { type ControlClient, controlClient } from "./control-client.js";
export { ControlServer, gatewayRuns } from "./control-socket.js";
export type { Operated } from "./operate-commands.js";
export { buildProgram, type ProgramDeps, runProgram } from "./program.js";
export { fileAt } from "./read-file.js";
export type {
  Answer,
  AuditQuery,
  AuditWish,
  BusLine,
  Control,
  Enrolled,
  GatewayStatus,
  Inspection,
  PbxSetup,
  PeopleOrder,
  PhoneRow,
  PhonesAsked,
  PhonesSeen,
  Probe,
  SetupQuery,
  Verified,
  WrittenFile,
} from "./reports.js";
export { type ConfigSource, startCommand } from "./source.js";
export { questionsAt } from "./terminal.js";
export { readPassword, readPin } from "./typed-secret.js";
