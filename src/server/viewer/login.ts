/** Stands alone: the rest of the page is for those who have signed in. */
const form = document.querySelector<HTMLFormElement>('#sign-in');
const trouble = document.querySelector('#trouble');

/** @returns undefined when it went well, else what to tell */
async function signIn(name: string, password: string): Promise<string | undefined> {
  try {
    const answer = await fetch('api/sign-in', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password }),
    });
    if (answer.ok) return undefined;
    if (answer.status === 401) return 'Name or password is wrong.';
    if (answer.status === 429) return 'Too many attempts. Wait a minute.';
    if (answer.status === 404) return 'This server has no users; open it without /login.';
    return 'That did not work. Try again.';
  } catch {
    return 'daylit does not answer.';
  }
}

form?.addEventListener('submit', (event) => {
  event.preventDefault();
  const [fields, button] = [new FormData(form), form.querySelector('button')];
  const field = (name: string): string => {
    const value = fields.get(name);
    return typeof value === 'string' ? value : '';
  };
  button?.setAttribute('disabled', '');
  void signIn(field('name'), field('password')).then((told) => {
    button?.removeAttribute('disabled');
    if (told === undefined) location.replace(`./${location.hash}`);
    else if (trouble !== null) {
      trouble.textContent = told;
      form.querySelector<HTMLInputElement>('#password')?.select();
    }
  });
});
