/** A part: how it is known on PATH, and how it is had where it is not there. */
export interface Recipe {
  readonly name: string;
  readonly binary: string;
  readonly minimumMajor: number;
  readonly versionArgs: readonly string[];
  /** What its version stands behind, for a program that ends with a code of its own when asked. */
  readonly says?: string;
  /** Where Debian has it: the suite, with everything it needs down to the C library, or the host's own suite. */
  readonly debian: OfSuite | OfHost;
}

/** Started by the loader that came with it. Names move with the suite, then apt resolves `packages[0]`. */
export interface OfSuite {
  readonly suite: string;
  readonly packages: readonly string[];
}

/**
 * For a program that starts itself again, so that no other loader can be put before it: it runs on the host's C library,
 * and so comes from the host's suite. All else it needs is resolved by apt, except what is taken for installed.
 */
export interface OfHost {
  readonly suite: "host";
  readonly packages: readonly string[];
  readonly installed: readonly string[];
}

export const ASTERISK: Recipe = {
  name: "asterisk",
  binary: "usr/sbin/asterisk",
  minimumMajor: 22,
  versionArgs: ["-V"],
  debian: {
    suite: "forky",
    packages: [
      ...["asterisk", "asterisk-modules", "libc6", "libcap2", "libcrypt1", "libedit2", "libgcc-s1", "libjansson4"],
      ...["libpopt0", "libsqlite3-0", "libssl3t64", "libstdc++6", "libsystemd0", "liburiparser1", "libuuid1"],
      ...["libxml2-16", "libxslt1.1", "libtinfo6", "libbsd0", "libmd0", "zlib1g", "libzstd1", "liblzma5"],
      ...["libspeex1", "libspeexdsp1", "libsrtp2-1", "libresample1", "libgsm1", "libogg0"],
    ],
  },
};

export const MOSQUITTO: Recipe = {
  name: "mosquitto",
  binary: "usr/sbin/mosquitto",
  minimumMajor: 2,
  versionArgs: ["-h"],
  says: "mosquitto version ",
  debian: {
    suite: "trixie",
    packages: [
      ...["mosquitto", "libmosquitto1", "libc6", "libcap2", "libcjson1", "libdlt2", "libgcc-s1", "libssl3t64"],
      ...["libsystemd0", "libwebsockets19t64", "libwrap0", "libzstd1", "zlib1g"],
    ],
  },
};

export const CHROMIUM: Recipe = {
  name: "chromium",
  binary: "usr/lib/chromium/chromium",
  // The first with the headless mode that is the whole browser.
  minimumMajor: 132,
  versionArgs: ["--version"],
  debian: {
    suite: "host",
    packages: ["chromium", "fonts-dejavu-core"],
    // Beside the C library: what has windows, menus and a graphics card. 45 MB less to fetch.
    installed: ["libc6", "libgtk-3-0", "libgtk-3-0t64", "xdg-desktop-portal-backend", "xdg-utils", "x11-utils"],
  },
};

/** Its own fonts alone, so that a page looks the same on every host; the cache goes where XDG_CACHE_HOME says. */
export const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
  <alias><family>serif</family><prefer><family>DejaVu Serif</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>DejaVu Sans</family></prefer></alias>
</fontconfig>
`;
