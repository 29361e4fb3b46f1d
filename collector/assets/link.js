// The one-time link: takes the secret out of the fragment, which is never sent, into the form.
const form = document.querySelector("[data-link]");
const secret = location.hash.slice(1);
if (form && secret) {
  form.elements.secret.value = secret;
  form.querySelector("[data-link-field]").hidden = true;
  history.replaceState(null, "", location.pathname);
  form.querySelector("button").focus();
}
