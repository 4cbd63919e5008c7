"""The frozen values a flow is made of, as written: nothing here is typed or compiled yet.

They know neither YAML nor how a flow runs.
"""
