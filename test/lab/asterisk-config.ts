import type { Phone as ConfiguredPhone } from "../../src/model/index.js";
import { type Account, QUEUE_MEMBERS } from "./accounts.ts";
import { earshotFiles } from "./earshot-config.ts";

/** earshot's own SIP account at the lab's PBX; `context` where the site's own hints are looked for. */
export interface LabSipAccount {
  readonly username: string;
  readonly password: string;
  readonly context?: string;
}

/** What the files of one private Asterisk are written from. */
export interface AsteriskSettings {
  readonly runFolder: string;
  readonly modulesFolder: string;
  readonly dataFolder: string;
  readonly ports: { readonly http: number; readonly ami: number; readonly sip: number; readonly rtp: number };
  readonly rtpPorts: number;
  readonly ari: { readonly username: string; readonly password: string };
  readonly ami: { readonly username: string; readonly secret: string };
  readonly accounts: readonly Account[];
  readonly directMedia: boolean;
  /** Added to the end of extensions.conf, for what a site would install itself. */
  readonly dialplan: string;
  /** Added to the end of queues.conf. */
  readonly queues: string;
  /** Added to modules.conf as further `load` lines. */
  readonly modules: readonly string[];
  /** Whether earshot's files are those for a FreePBX, and are included as FreePBX includes them. */
  readonly freepbx: boolean;
  /** Where transfers look for their destination, as the site has told earshot. */
  readonly transferContext: string | undefined;
  /** Whose BLF keys watch what, and who takes texts. */
  readonly desks: readonly ConfiguredPhone[];
  /** Where phones reach it. */
  readonly address: string;
  /** earshot's own SIP account. */
  readonly sip: LabSipAccount | undefined;
  /** What a careless site makes of a file; the text itself where it does as it was told. */
  edited(name: string, text: string): string;
}

/** What is loaded beside what earshot asks for. */
const MODULES = `
app_bridgewait app_chanspy app_dial app_directed_pickup app_echo app_mixmonitor app_playback app_queue app_stack
app_transfer app_userevent app_verbose bridge_builtin_features bridge_builtin_interval_features bridge_holding
chan_bridge_media chan_pjsip codec_resample codec_ulaw format_pcm format_sln format_wav func_callerid func_cut func_db
func_extstate func_global func_groupcount func_hangupcause func_logic func_math func_periodic_hook
func_strings func_uri pbx_config res_ari_playbacks res_ari_recordings res_ari_sounds res_crypto
res_manager_devicestate res_musiconhold res_mutestream res_parking res_pjproject res_pjsip res_pjsip_acl
res_pjsip_authenticator_digest res_pjsip_caller_id res_pjsip_diversion res_pjsip_dtmf_info
res_pjsip_endpoint_identifier_user res_pjsip_messaging res_pjsip_mwi res_pjsip_mwi_body_generator res_pjsip_nat
res_pjsip_outbound_authenticator_digest res_pjsip_refer res_pjsip_registrar res_pjsip_rfc3326 res_pjsip_sdp_rtp
res_pjsip_session res_rtp_asterisk res_sorcery_astdb res_sorcery_config res_sorcery_memory res_timing_timerfd
`;

const QUIET = ["ccss", "cdr", "cel", "pjproject", "queuerules", "stasis", "udptl", "websocket_client", "confbridge"];

/**
 * The configuration files, by name, of one private Asterisk on loopback: what `earshot pbx setup` has written, and behind
 * it what is the site's own.
 */
export function asteriskFiles(settings: AsteriskSettings): Record<string, string> {
  const earshot = earshotFiles(settings);
  const site = siteFiles(settings);
  const names = new Set([...Object.keys(earshot), ...Object.keys(site)]);
  const whole = (name: string) => settings.edited(name, `${earshot[name] ?? ""}\n${site[name] ?? ""}`);
  return Object.fromEntries([...names].map((name) => [name, whole(name)]));
}

/** What is the site's own: folders, ports, phones, trunk, dialplan and queue. */
function siteFiles(settings: AsteriskSettings): Record<string, string> {
  const { ports } = settings;
  return {
    "asterisk.conf": directories(settings),
    "modules.conf": modules(settings.modules),
    "logger.conf": "[general]\ndateformat=%F %T.%3q\n[logfiles]\nmessages => notice,warning,error\n",
    "http.conf": "[general](+)\nsessionlimit=1000\n",
    "rtp.conf": `[general]\nrtpstart=${ports.rtp}\nrtpend=${ports.rtp + settings.rtpPorts - 1}\nicesupport=no\n`,
    "musiconhold.conf": `[default]\nmode=files\ndirectory=${settings.runFolder}/moh\n`,
    "queues.conf": `${queues()}${settings.queues}`,
    "pjsip.conf": pjsip(settings),
    "extensions.conf": `${extensions(settings.accounts)}\n${settings.dialplan}\n`,
    "features.conf": "[general]\n",
    "indications.conf":
      "[general]\ncountry=us\n[us]\ndescription=tones\nringcadence=2000,4000\ndial=350+440\nbusy=480+620/500,0/500\nring=440+480/2000,0/4000\n",
    // Asterisk complains about each of these when the file is missing.
    "acl.conf": "",
    ...Object.fromEntries(QUIET.map((name) => [`${name}.conf`, "[general]\n"])),
    "res_parking.conf": "[general]\n[default]\nparkext => 700\nparkpos => 701-720\ncontext => parkedcalls\n",
  };
}

function directories({ runFolder, modulesFolder, dataFolder }: AsteriskSettings): string {
  const run = (name: string) => `${runFolder}/${name}`;
  return `[directories]
astetcdir => ${run("etc")}
astmoddir => ${modulesFolder}
astvarlibdir => ${run("lib")}
astdbdir => ${run("lib")}
astkeydir => ${run("lib")}
astdatadir => ${dataFolder}
astagidir => ${run("lib")}
astspooldir => ${run("spool")}
astrundir => ${run("run")}
astlogdir => ${run("log")}
astsbindir => ${run("lib")}
[options]
hideconnect = yes
lightbackground = no
`;
}

function modules(further: readonly string[]): string {
  const names = [...MODULES.trim().split(/\s+/), ...further];
  return `[modules](+)\nautoload=no\n${names.map((name) => `load=${name}.so\n`).join("")}`;
}

function queues(): string {
  const members = QUEUE_MEMBERS.map((extension) => `member => PJSIP/${extension},0,${extension},PJSIP/${extension}\n`);
  return `[general]\npersistentmembers=no
[support](earshot-queue)
strategy=linear
timeout=30
retry=1
ringinuse=no
joinempty=yes
${members.join("")}`;
}

/** Otherwise some early RTP leaves from another interface's address. */
const onlyFrom = (address: string): string => `transport=udp
media_address=${address}
bind_rtp_to_media_address=yes
`;

function pjsip({ ports, accounts, directMedia, transferContext, address }: AsteriskSettings): string {
  const head = `[global]
type=global
endpoint_identifier_order=username

[udp]
type=transport
protocol=udp
bind=${address}:${ports.sip}

[any](!,earshot-supervised)
type=endpoint
context=phones
subscribe_context=phones
disallow=all
allow=ulaw
${directMedia ? "direct_media=yes\n" : ""}${onlyFrom(address)}send_pai=yes
`;
  const own = accounts.map(({ user, password, name, extension, kind, endpoint = [] }) => {
    // earshot has written the account itself.
    if (kind === "supervision") return `\n[${user}](+)\n${onlyFrom(address)}`;
    const options =
      kind === "trunk"
        ? ["context=from-trunk", "trust_id_inbound=yes", "trust_id_outbound=yes"]
        : [`callerid="${name}" <${extension}>`];
    const transfers = kind === "phone" && transferContext !== undefined ? ",earshot-transfers" : "";
    return `
[${user}](any${transfers})
auth=${user}
aors=${user}
${[...options, ...endpoint].join("\n")}

[${user}]
type=auth
auth_type=userpass
username=${user}
password=${password}

[${user}]
type=aor
max_contacts=5
`;
  });
  return head + own.join("");
}

function extensions(accounts: readonly Account[]): string {
  const phones = accounts.filter(({ kind }) => kind === "phone").map(({ user }) => user);
  const each = (line: (extension: string) => string) => phones.map(line).join("\n");
  return `[general]
static=yes
writeprotect=yes

[extensions]
${each((extension) => `exten => ${extension},1,Dial(PJSIP/${extension},30)`)}
exten => 600,1,Answer()
 same => n,Queue(support,,,,120)
 same => n,Hangup()
exten => echo,1,Answer()
 same => n,Echo()
exten => blindtarget,1,Dial(PJSIP/4001,30)

[phones]
include => extensions
${each((extension) => `exten => ${extension},hint,PJSIP/${extension}`)}
include => earshot-lamps
exten => _9XXX,1,Dial(PJSIP/\${EXTEN}@trunk,30)

[from-trunk]
include => extensions
`;
}
