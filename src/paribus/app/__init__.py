"""Web view over a store: studies, live progress, reports, and the geometry explorer."""
