// In the place of an action that the caller may not do.
export function NeedsOperate({ to }: { readonly to: string }) {
  return (
    <span class="soft">
      It takes the scope <code>operate</code> to {to}.
    </span>
  );
}
