"""Moving runs between homes: bundles, and what is merged of them."""
