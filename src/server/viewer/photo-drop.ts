/** Photos that are dropped anywhere on an element. */
export function listenForPhotos(place: HTMLElement, onPhoto: (file: File) => void): void {
  let depth = 0;
  const over = (inside: boolean): void => {
    depth = inside ? depth + 1 : Math.max(0, depth - 1);
    place.classList.toggle('dropping', depth > 0);
  };
  place.addEventListener('dragenter', () => {
    over(true);
  });
  place.addEventListener('dragleave', () => {
    over(false);
  });
  place.addEventListener('dragover', (event) => {
    event.preventDefault();
  });
  place.addEventListener('drop', (event) => {
    event.preventDefault();
    depth = 1;
    over(false);
    const file = event.dataTransfer?.files[0];
    if (file !== undefined) onPhoto(file);
  });
}
