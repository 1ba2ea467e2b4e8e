"""Payment gateways: whoever takes buyers' money for the federation, behind one small interface, beside the rails that pay out.

    gateway_interface   what is sent to a gateway and what it answers
    registry            which gateways the federation works with

Here may not live: tables, the clock, posting. The adapters of real gateways come beside it. We send no personal data to a gateway: buyers
say on its own pages what it needs.
"""
