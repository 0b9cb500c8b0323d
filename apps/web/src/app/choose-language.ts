// Changes the language of the page, and of the mails to whoever is signed in.
import { api } from "./api.ts";
import { setLanguage, type Language } from "./i18n.ts";

/** Changes the language. That of mails follows when the server can be reached; the page does not wait for it. */
export async function chooseLanguage(language: Language): Promise<void> {
  await setLanguage(language);
  const session = api.session.state.get();
  if (session.status !== "signed-in" || session.user.language === language) return;
  await api.account.updateProfile({ language }).catch(() => undefined);
}
