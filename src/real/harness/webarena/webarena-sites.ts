/** What WebArena's documentation says of its six sites: variables, accounts, and how a login shows. */

/** A user of a site. */
export interface Account {
  username: string;
  password: string;
}

export interface LoginRule {
  /** Path of the page with the login form, below the site's URL. */
  loginPath: string;
  /** A page that only a logged-in user sees. `{username}` stands for the account's. */
  checkPath: string;
  /** A text that this page shows then. Empty: anybody else is redirected to another address. */
  checkText: string;
  /** Logs in whoever sends it with `user:password`: WebArena-Verified's images. Null: the site has none. */
  header: string | null;
}

/** Names as in `sites` of a task, in the order of WebArena's own list. */
export const WEBARENA_SITES = [
  "shopping",
  "shopping_admin",
  "reddit",
  "gitlab",
  "wikipedia",
  "map",
] as const;
export type WebArenaSite = (typeof WEBARENA_SITES)[number];

/** Sites without a rule need no login. */
export const LOGIN_RULES: Readonly<Partial<Record<WebArenaSite, LoginRule>>> = {
  shopping: {
    loginPath: "/customer/account/login/",
    checkPath: "/wishlist/",
    checkText: "",
    header: "X-M2-Customer-Auto-Login",
  },
  shopping_admin: {
    loginPath: "",
    checkPath: "/dashboard",
    checkText: "Dashboard",
    header: "X-M2-Admin-Auto-Login",
  },
  reddit: {
    loginPath: "/login",
    checkPath: "/user/{username}/account",
    checkText: "Delete",
    header: "X-Postmill-Auto-Login",
  },
  gitlab: {
    loginPath: "/users/sign_in",
    checkPath: "/-/profile",
    checkText: "",
    header: null,
  },
};

/** The public accounts of WebArena's images. */
export const PUBLIC_ACCOUNTS: Readonly<Partial<Record<WebArenaSite, Account>>> = {
  shopping: { username: "emma.lopez@gmail.com", password: "Password.123" },
  shopping_admin: { username: "admin", password: "admin1234" },
  reddit: { username: "MarvelsGrantMan136", password: "test1234" },
  gitlab: { username: "byteblaze", password: "hello1234" },
};
