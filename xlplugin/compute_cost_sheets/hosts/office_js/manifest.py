"""The manifest: the file that tells Excel the add-in's address, button and functions.

The add-in-only (XML) manifest is the one that carries custom functions; the unified one does not yet.
The order of the elements is Microsoft's schema's. Everything runs in one shared runtime, the task pane's page.
"""

from __future__ import annotations

from urllib.parse import quote
from xml.sax.saxutils import quoteattr

import compute_cost
from compute_cost_sheets.hosts.office_js.names import ADDIN_ID, NAMESPACE

TEMPLATE = """<?xml version="1.0" encoding="UTF-8"?>
<OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:bt="http://schemas.microsoft.com/office/officeappbasictypes/1.0" xsi:type="TaskPaneApp">
  <Id>{id}</Id>
  <Version>{version}</Version>
  <ProviderName>Compute Cost</ProviderName>
  <DefaultLocale>en-US</DefaultLocale>
  <DisplayName DefaultValue="Compute Cost"/>
  <Description DefaultValue="What an AI model costs to train, to run and to rent, with a range, the steps and the sources."/>
  <IconUrl DefaultValue={icon32}/>
  <HighResolutionIconUrl DefaultValue={icon64}/>
  <SupportUrl DefaultValue={pane}/>
  <Hosts>
    <Host Name="Workbook"/>
  </Hosts>
  <Requirements>
    <Sets DefaultMinVersion="1.1">
      <Set Name="SharedRuntime" MinVersion="1.1"/>
      <Set Name="CustomFunctionsRuntime" MinVersion="1.2"/>
    </Sets>
  </Requirements>
  <DefaultSettings>
    <SourceLocation DefaultValue={pane}/>
  </DefaultSettings>
  <Permissions>ReadWriteDocument</Permissions>
  <VersionOverrides xmlns="http://schemas.microsoft.com/office/taskpaneappversionoverrides" xsi:type="VersionOverridesV1_0">
    <Hosts>
      <Host xsi:type="Workbook">
        <Runtimes>
          <Runtime resid="Pane.Url" lifetime="long"/>
        </Runtimes>
        <AllFormFactors>
          <ExtensionPoint xsi:type="CustomFunctions">
            <Script>
              <SourceLocation resid="Script.Url"/>
            </Script>
            <Page>
              <SourceLocation resid="Pane.Url"/>
            </Page>
            <Metadata>
              <SourceLocation resid="Metadata.Url"/>
            </Metadata>
            <Namespace resid="Namespace"/>
          </ExtensionPoint>
        </AllFormFactors>
        <DesktopFormFactor>
          <GetStarted>
            <Title resid="Name"/>
            <Description resid="Start.Text"/>
            <LearnMoreUrl resid="Pane.Url"/>
          </GetStarted>
          <FunctionFile resid="Pane.Url"/>
          <ExtensionPoint xsi:type="PrimaryCommandSurface">
            <OfficeTab id="TabHome">
              <Group id="ComputeCost.Group">
                <Label resid="Name"/>
                <Icon>
                  <bt:Image size="16" resid="Icon.16"/>
                  <bt:Image size="32" resid="Icon.32"/>
                  <bt:Image size="80" resid="Icon.80"/>
                </Icon>
                <Control xsi:type="Button" id="ComputeCost.Pane">
                  <Label resid="Name"/>
                  <Supertip>
                    <Title resid="Name"/>
                    <Description resid="Button.Text"/>
                  </Supertip>
                  <Icon>
                    <bt:Image size="16" resid="Icon.16"/>
                    <bt:Image size="32" resid="Icon.32"/>
                    <bt:Image size="80" resid="Icon.80"/>
                  </Icon>
                  <Action xsi:type="ShowTaskpane">
                    <TaskpaneId>ComputeCost.Pane</TaskpaneId>
                    <SourceLocation resid="Pane.Url"/>
                  </Action>
                </Control>
              </Group>
            </OfficeTab>
          </ExtensionPoint>
        </DesktopFormFactor>
      </Host>
    </Hosts>
    <Resources>
      <bt:Images>
        <bt:Image id="Icon.16" DefaultValue={icon16}/>
        <bt:Image id="Icon.32" DefaultValue={icon32}/>
        <bt:Image id="Icon.80" DefaultValue={icon80}/>
      </bt:Images>
      <bt:Urls>
        <bt:Url id="Pane.Url" DefaultValue={pane}/>
        <bt:Url id="Script.Url" DefaultValue={script}/>
        <bt:Url id="Metadata.Url" DefaultValue={metadata}/>
      </bt:Urls>
      <bt:ShortStrings>
        <bt:String id="Namespace" DefaultValue="{namespace}"/>
        <bt:String id="Name" DefaultValue="Compute Cost"/>
      </bt:ShortStrings>
      <bt:LongStrings>
        <bt:String id="Start.Text" DefaultValue="Type ={namespace}.TRAIN_COST( into a cell, or press Compute Cost for the pane."/>
        <bt:String id="Button.Text" DefaultValue="Estimate a cost, see its steps and sources, put the formula into a cell."/>
      </bt:LongStrings>
    </Resources>
  </VersionOverrides>
</OfficeApp>
"""


def manifest(address: str, token: str | None = None) -> str:
    """The manifest of an add-in served at `address`, such as https://localhost:8791."""
    query = f"?token={quote(token, safe='')}" if token else ""
    urls = {
        "pane": f"/taskpane.html{query}",
        "script": f"/functions.js{query}",
        "metadata": "/functions.json",
        **{f"icon{size}": f"/icon-{size}.png" for size in (16, 32, 64, 80)},
    }
    return TEMPLATE.format(
        id=ADDIN_ID,
        version=_version(),
        namespace=NAMESPACE,
        **{name: quoteattr(address + path) for name, path in urls.items()},
    )


def _version() -> str:
    """Four numbers that grow with the package's version; Excel's marketplace takes nothing below 1.0, so a 1 leads: 0.1.0 is 1.0.1.0."""
    return f"1.{compute_cost.__version__}"
