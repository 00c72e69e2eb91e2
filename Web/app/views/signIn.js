// Name and password, where the operator asks for them.

import { get, post } from '../api.js';
import { el, replace } from '../dom.js';
import { t } from '../words.js';
import { back } from '../router.js';
import { title, advice } from '../failures.js';

export function open(main) {
  const name = el('input', { id: 'name', name: 'name', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true, maxlength: 100 });
  const password = el('input', { id: 'password', name: 'password', type: 'password', autocomplete: 'current-password', required: true, maxlength: 200 });
  const show = el('input', { type: 'checkbox', onchange: () => { password.type = show.checked ? 'text' : 'password'; } });
  const wrong = el('p', { class: 'wrong', role: 'alert' });
  const button = el('button', { class: 'primary', type: 'submit' }, t('sign.go'));
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    button.textContent = t('sign.busy');
    wrong.textContent = '';
    try {
      await post('/api/login', { name: name.value.trim(), password: password.value });
      back('/');
    } catch (error) {
      replace(wrong, el('strong', {}, title(error)), ' ', advice(error));
      password.value = '';
      password.focus();
    } finally {
      button.disabled = false;
      button.textContent = t('sign.go');
    }
  };
  replace(main, el('div', { class: 'sign' }, el('h1', { tabindex: '-1' }, t('sign.title')), el('p', {}, t('sign.hint')),
    el('form', { onsubmit: submit },
      el('label', { for: 'name' }, t('sign.name')), name, el('label', { for: 'password' }, t('sign.password')), password,
      el('label', { class: 'check' }, show, t('sign.show')), wrong, button)));
  return { title: () => t('sign.title'), ready: Promise.resolve(), focus: () => name };
}

// Who is signed in; undefined where nobody has to be, or nobody is.
export async function whoAmI(signal) {
  try {
    const answer = await get('/api/me', { signal });
    return answer.viewer?.name;
  } catch {
    return undefined;
  }
}
