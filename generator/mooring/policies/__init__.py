"""Admission policies: one text in CEL, derived from where pod specs and images stand, in each engine's frame."""
