# English of Canada: what differs from en.ftl.

access-withdrawn-unexpected = If you think your access was cancelled by mistake, please contact an owner of the property.
