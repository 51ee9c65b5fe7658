/** Above a sheet for paper: the way back, and the printer. Neither is printed. */
export function SheetBar({ to, back, print }: { to: string; back: string; print: string }) {
  return (
    <p class="back">
      <a class="button" href={to}>
        {back}
      </a>
      <button type="button" class="main" onClick={() => window.print()}>
        {print}
      </button>
    </p>
  );
}
