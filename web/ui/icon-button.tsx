import type { LucideIcon } from 'lucide-react';
import type { ComponentProps } from 'react';

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'children' | 'type'> {
  icon: LucideIcon;
  /** For screen readers, and for everybody who points at it. */
  name: string;
  sizePx?: number;
  isQuiet?: boolean;
}

/** A button that shows an icon alone. */
export function IconButton({ icon: Icon, name, sizePx = 16, isQuiet = false, ...rest }: IconButtonProps) {
  return (
    <button
      className="button"
      {...rest}
      type="button"
      data-kind={isQuiet ? 'quiet' : undefined}
      data-square
      aria-label={name}
      title={name}
    >
      <Icon size={sizePx} aria-hidden />
    </button>
  );
}
